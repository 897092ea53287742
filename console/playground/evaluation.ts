import { parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorConfigurationError } from '../../lambda/core/connector-faults.ts'
import type { Connector } from '../../lambda/core/connector-schema.ts'
import { type ExpressionProperty, expressionWarnings, type FoundInExpression } from '../../lambda/core/connector-warnings.ts'
import { answerOf } from '../../lambda/core/expression-answer.ts'
import { type Trace, traceOf } from '../../lambda/core/expression-trace.ts'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { type JsonObject, toJsonText } from '../../lambda/json/json.ts'
import { readableJson } from '../../lambda/json/readable-json.ts'
import type { TraceNode } from '../api.ts'
import { type FilterVerdict, filterOfCondition, filterVerdict } from './filter-verdict.ts'
import { recordOf, type TypedMessage } from './typed-message.ts'

/** An expression on a message, and what it is for. */
export interface Question {
  readonly expression: string
  readonly property: ExpressionProperty
  readonly message: TypedMessage
  /** The connector whose expression it is, as text, and which of its elements’; undefined: nobody’s. */
  readonly use?: { readonly connector: string; readonly element: number } | undefined
}

/** What the engine says. Values are texts of JSON, with numbers as exact as they are. Places are of the expression’s text. */
export interface Answer {
  readonly result:
    | { readonly kind: 'blank' }
    | { readonly kind: 'syntaxError'; readonly reason: string; readonly from: number; readonly to: number }
    | { readonly kind: 'value'; readonly value: string; readonly type: string }
    | { readonly kind: 'failure'; readonly reason: string }
  /** What became null on the way: what the command `feel` warns of. */
  readonly warnings: readonly { readonly type: string; readonly message: string; readonly from: number; readonly to: number }[]
  /** What besides is hardly meant of an expression in this property: what the command `check` warns of. */
  readonly notes: readonly FoundInExpression[]
  /** Of a condition that is FEEL. */
  readonly filter?:
    | {
        readonly own: FilterVerdict
        /** Of the connector with it, together with its other elements; undefined where it is nobody’s. */
        readonly whole: FilterVerdict | undefined
      }
    | undefined
  /** Why the connector is not used, for its attributes’ names and its filter: its text is invalid. */
  readonly unused?: string | undefined
}

export function evaluate(question: Question): Answer {
  const { expression, property } = question
  const { connector, unused } = connectorOf(question)
  const notes = expressionWarnings(property, expression, connector.queue)
  const invalidity = unused === undefined ? {} : { unused }
  const common = () => ({ filter: filterOf(question, connector), ...invalidity })
  if (expression.replace(/^\s*=/, '').trim() === '') return { result: { kind: 'blank' }, warnings: [], notes: [], ...common() }
  const answer = answerOf(expression, variablesOf(question, connector))
  // No connector can have it.
  if (answer.kind === 'syntaxError') return { result: answer, warnings: [], notes, ...invalidity }
  const warnings = answer.warnings.map(({ type, message, from, to }) => ({ type, message, from, to }))
  const isTold = ({ from, to }: FoundInExpression) => warnings.some((warning) => warning.from === from && warning.to === to)
  return {
    result:
      answer.kind === 'value'
        ? { kind: 'value', value: readableJson(answer.value), type: answer.type }
        : { kind: 'failure', reason: answer.reason },
    warnings,
    notes: notes.filter((note) => !isTold(note)),
    ...common(),
  }
}

/** How it came to its value, part by part. */
export function trace(question: Question): TraceNode {
  return told(traceOf(question.expression, variablesOf(question, connectorOf(question).connector)))
}

/** More of a part’s value than anybody reads in a line. */
const MOST_SHOWN = 4_000

function told({ value, parts, ...rest }: Trace): TraceNode {
  const text = value === undefined ? undefined : toJsonText(value)
  const shown = text !== undefined && text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
  return { ...rest, ...(shown !== undefined && { value: shown }), ...(parts && { parts: parts.map(told) }) }
}

/** The names which the expression sees. */
export function variablesOf({ message, property }: Question, { queue }: Pick<Connector, 'queue'>): JsonObject {
  const sqsMessage = toSqsMessage(recordOf(message), queue)
  return property === 'resultExpression' ? { ...sqsMessage, response: sqsMessage } : { ...sqsMessage }
}

function filterOf({ expression, property, message, use }: Question, connector: Connector): Answer['filter'] {
  if (property !== 'activationCondition') return undefined
  const record = recordOf(message)
  const elements = connector.elements.map((element, index) =>
    index === use?.element ? { ...element, activationCondition: expression } : element,
  )
  return {
    own: filterOfCondition(expression, connector, record),
    whole: use && connector !== NOBODYS ? filterVerdict({ ...connector, elements }, record) : undefined,
  }
}

/** Of an expression that is nobody’s: it sees every attribute. */
const NOBODYS = parseConnector(
  JSON.stringify({ elements: [{ elementId: 'any', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'any' } }] }),
)

/** An editor asks again and again, of the same connector. */
let last: { readonly text: string; readonly connector: Connector; readonly unused?: string } | undefined

function connectorOf({ use }: Question): { readonly connector: Connector; readonly unused?: string } {
  if (!use) return { connector: NOBODYS }
  if (last?.text !== use.connector) last = { text: use.connector, ...parsedOrNobodys(use.connector) }
  return last
}

function parsedOrNobodys(text: string): { readonly connector: Connector; readonly unused?: string } {
  try {
    return { connector: parseConnector(text) }
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return { connector: NOBODYS, unused: error.message }
    throw error
  }
}
