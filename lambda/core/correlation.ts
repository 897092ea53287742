import { isObject, type JsonObject, type JsonValue, toJsonText } from '../json/json.ts'
import type { Connector, Element } from './connector.ts'
import type { CorrelationCommand } from './correlation-command.ts'
import { evaluate, explain, MESSAGE_FIELDS } from './expressions.ts'
import type { InvalidInput } from './outcome.ts'
import type { SqsMessage } from './sqs-message.ts'

/** `camunda.connector.inbound.message.ttl` of the connector runtime. */
export const DEFAULT_MESSAGE_TTL = 'PT1H'

/** Most bytes of variables as JSON: the connector runtime's guard for what Camunda's 4 MB record takes (`3*1024*1024/2`). */
export const MAX_VARIABLES_BYTES = 1_572_864

/**
 * The engine writes the variables twice in one step, all together and each in a record of its own, and the step has to fit into 4 MiB. Measured on
 * Camunda 8.6.0: a creation fails beyond 13,000 to 16,000 short variables. A publication to a start event is answered with 200, nothing is started, and
 * from then on every publication of that message fails: such a message must not get there.
 */
const ENGINE_STEP_BYTES = 4_194_304
const VARIABLE_OVERHEAD = 300

/** Marks the result of connector functions such as bpmnError, which an inbound connector cannot mean. */
const FORBIDDEN_LITERAL = 'camunda.function.type'

const MAX_BUSINESS_ID = 256

const INT64_MIN = -(2n ** 63n)
const UINT64_MAX = 2n ** 64n - 1n

type Value<Type> = { readonly kind: 'value'; readonly value: Type }
type Variables = Pick<CorrelationCommand, 'variables' | 'variablesText'>
/** Camunda has no text there either, which is not a text that is refused here. */
type NoText = { readonly kind: 'noText'; readonly reason: string }

/** What a message does in Camunda by way of an element: message id first, then correlation key, then variables, as the connector runtime. */
export function correlationFor(
  element: Element,
  message: SqsMessage,
  idempotency: Connector['idempotency'] = 'none',
): CorrelationCommand | InvalidInput {
  const { correlationPoint: point } = element
  const messageId = messageIdFor(element, message)
  if (messageId.kind === 'InvalidInput') return messageId
  if (point.kind === 'createProcessInstance') {
    const fault = idempotency === 'none' ? undefined : faultOfId(messageId.value)
    if (fault) return fault
    const variables = variablesFor(element, message)
    if (variables.kind === 'InvalidInput') return variables
    return {
      kind: point.kind,
      bpmnProcessId: point.bpmnProcessId,
      version: point.version,
      tenantId: point.tenantId,
      idempotency,
      messageId: messageId.value,
      ...variables.value,
    }
  }
  const correlationKey = correlationKeyFor(element, message)
  if (correlationKey.kind === 'InvalidInput') return correlationKey
  const variables = variablesFor(element, message)
  if (variables.kind === 'InvalidInput') return variables
  return {
    kind: point.kind,
    messageName: point.messageName,
    correlationKey: correlationKey.value,
    messageId: messageId.value,
    messageTtl: element.messageTtl || DEFAULT_MESSAGE_TTL,
    tenantId: point.tenantId,
    ...variables.value,
  }
}

/** SQS's own id unless an expression says otherwise. The empty text is an id too: Camunda then looks for no duplicates. */
function messageIdFor({ messageIdExpression }: Element, message: SqsMessage): Value<string> | InvalidInput {
  if (!messageIdExpression?.trim()) return { kind: 'value', value: message.messageId }
  const id = textOf(messageIdExpression, message)
  return id.kind === 'value' ? id : invalid(`no message id from ${messageIdExpression}: ${id.reason}`)
}

/** Camunda's business id has 1 to 256 characters. An empty one would be the same for all messages. */
function faultOfId(id: string): InvalidInput | undefined {
  if (id.trim() === '') return invalid('the message id is empty, and idempotency needs one')
  if (id.length > MAX_BUSINESS_ID)
    return invalid(`the message id has ${id.length} characters; a business id has ${MAX_BUSINESS_ID} at most`)
  return undefined
}

/** Only a message start event may do without a key; "" and " " are keys. A key that is refused is not none: by it Camunda would have known the instance. */
function correlationKeyFor(element: Element, message: SqsMessage): Value<string> | InvalidInput {
  const { correlationKeyExpression } = element
  const key: Text = correlationKeyExpression?.trim()
    ? textOf(correlationKeyExpression, message)
    : { kind: 'noText', reason: 'there is no expression' }
  if (key.kind === 'value') return key
  if (key.kind === 'noText' && isMessageStartEvent(element)) return { kind: 'value', value: '' }
  return invalid(`no correlation key from ${correlationKeyExpression || 'correlationKeyExpression'}: ${key.reason}`)
}

export function isMessageStartEvent({ correlationPoint, correlationKeyExpression }: Element): boolean {
  if (correlationPoint.kind !== 'publishMessage') return false
  return correlationPoint.elementType ? correlationPoint.elementType === 'messageStartEvent' : !correlationKeyExpression?.trim()
}

type Text = Value<string> | NoText | InvalidInput

/** The result of an expression as the text of a key or an id: a number as Java writes it, a context as its JSON; a list, null and a failure are none. */
function textOf(expression: string, message: SqsMessage): Text {
  const result = evaluate(expression, message)
  if (result.kind === 'failure') return result.phase === 'budget' ? invalid(result.reason) : noText(result.reason)
  const { value } = result
  if (value === null) return noText(['it is null', explain(expression, message)].filter(Boolean).join(': '))
  if (Array.isArray(value)) return noText('it is a list')
  const fault = unstorable(value, namesIn(expression))
  if (fault) return invalid(`it holds ${fault}`)
  return { kind: 'value', value: typeof value === 'string' ? value : toJsonText(value) }
}

function noText(reason: string): NoText {
  return { kind: 'noText', reason }
}

/**
 * `resultVariable` holds the message; `resultExpression`, evaluated on the message's fields and on `response` (the message again), is a
 * context that is merged over it. Neither: no variables.
 */
function variablesFor({ resultVariable, resultExpression }: Element, message: SqsMessage): Value<Variables> | InvalidInput {
  const whole: JsonObject | undefined = resultVariable?.trim() ? { [resultVariable]: message } : undefined
  const result = resultExpression?.trim() ? resultOf(resultExpression, message) : undefined
  if (result?.kind === 'InvalidInput') return result
  const variables = whole && result ? { ...whole, ...result.value } : (whole ?? result?.value ?? {})
  const text = toJsonText(variables)
  // The message itself may say so, under resultVariable.
  if (result && text.includes(FORBIDDEN_LITERAL) && toJsonText(result.value).includes(FORBIDDEN_LITERAL))
    return invalid(`the result holds “${FORBIDDEN_LITERAL}”, which no result may`)
  const fault = MAY_BE_UNSTORABLE.test(text) ? unstorable(variables, namesIn(resultVariable, resultExpression)) : undefined
  if (fault) return invalid(`the variables hold ${fault}`)
  const bytes = UTF_8.encode(text).length
  if (bytes > MAX_VARIABLES_BYTES) return invalid(`the variables take ${bytes} bytes; Camunda’s connectors allow ${MAX_VARIABLES_BYTES}`)
  const count = Object.keys(variables).length
  if (2 * bytes + count * VARIABLE_OVERHEAD > ENGINE_STEP_BYTES)
    return invalid(`there are ${count} variables of ${bytes} bytes in all: more than Camunda’s engine takes in one step`)
  return { kind: 'value', value: { variables, variablesText: text } }
}

function resultOf(resultExpression: string, message: SqsMessage): Value<JsonObject> | InvalidInput {
  const result = evaluate(resultExpression, { ...message, response: message })
  if (result.kind === 'failure') return invalid(`the result expression failed: ${result.reason} in ${resultExpression}`)
  const { value } = result
  if (value === null) return { kind: 'value', value: {} }
  if (!isObject(value)) return invalid(`the result expression gives no context: ${resultExpression}`)
  return { kind: 'value', value }
}

/** The console’s page decides with this code too, and has no `Buffer`. */
const UTF_8 = new TextEncoder()

/** Of JSON as it is written here: half a surrogate pair is an escape there, and no integer with fewer digits is beyond MessagePack's. */
const MAY_BE_UNSTORABLE = /\\ud|\d{19}/

/** What Camunda cannot store, and where: an integer beyond MessagePack's, or text with half a surrogate pair, which no UTF-8 can say. */
function unstorable(value: JsonValue, known: (name: string) => boolean, path = ''): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : `text${path && ` at ${path}`} which is no valid Unicode`
  if (typeof value === 'bigint')
    return value < INT64_MIN || value > UINT64_MAX
      ? `an integer at ${path} which is beyond what Camunda stores (-2^63 to 2^64-1)`
      : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, part] of Object.entries(value)) {
    if (!name.isWellFormed()) return `a name in ${path || 'them'} which is no valid Unicode`
    const told = known(name) ? name : '…'
    const fault = unstorable(part, known, path ? `${path}.${told}` : told)
    if (fault) return fault
  }
  return undefined
}

/** The names which the connector has in its texts, an item's place, and the fields of every message. Any other one is the sender's, and not told. */
function namesIn(...texts: readonly (string | undefined)[]): (name: string) => boolean {
  const words = new Set(texts.flatMap((text) => text?.match(/[\p{L}\p{N}_]+/gu) ?? []))
  return (name) => words.has(name) || /^\d{1,9}$/.test(name) || MESSAGE_FIELDS.includes(name)
}

function invalid(reason: string): InvalidInput {
  return { kind: 'InvalidInput', reason }
}
