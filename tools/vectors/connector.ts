/**
 * Runs recorded cases of the official connector through the bridge's core: `npm run vectors:connector -- FILE`; with
 * `--diagrams`, the elements go through a diagram.
 *
 * FILE has one JSON object a line: {"id", "elements": [{"elementId", "elementType", "properties"}], "record", "expected"}, `properties` being
 * the element template's names and text values, `record` an SQS record as Lambda delivers it. Process "process" in version 1, message
 * "message", tenant <default>, as in the recordings. Ends with `A of N agree`; the status is 0 where all do.
 */
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { SQSRecord } from 'aws-lambda'
import { activate } from '../../lambda/core/activation.ts'
import type { Element } from '../../lambda/core/connector.ts'
import { correlationFor } from '../../lambda/core/correlation.ts'
import { toMilliseconds } from '../../lambda/core/duration.ts'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { type JsonObject, type JsonValue, parseFirstJsonValue, toJsonText, WholeDouble } from '../../lambda/json/json.ts'
import { BPMN, ZEEBE } from '../../lib/bpmn/bpmn-element.ts'
import { ownElements } from '../../lib/bpmn/connector-from-diagrams.ts'
import { readDiagram } from '../../lib/bpmn/diagram.ts'
import { MARKER } from '../../lib/bpmn/own-template.ts'
import { attributeText } from '../diagrams/text-edits.ts'

interface RecordedCase {
  readonly id: string
  readonly elements: readonly {
    readonly elementId: string
    readonly elementType: string
    readonly properties: Readonly<Record<string, string>>
  }[]
  readonly record: SQSRecord
  readonly expected: { readonly outcome: string; readonly elementId?: string; readonly acknowledge: boolean; readonly command?: JsonObject }
}

type Answer = { outcome: string; acknowledge: boolean; elementId?: string; command?: JsonObject; reason?: string }

/** What the official code threw or could not send leaves the message in the queue, with a reason: to us it is invalid input. */
const SAME_AS_INVALID_INPUT = ['Thrown', 'Other']

function elementOf({ elementId, elementType, properties }: RecordedCase['elements'][number]): Element {
  const { consumeUnmatchedEvents, ...expressions } = properties
  return {
    elementId,
    correlationPoint:
      elementType === 'startEvent'
        ? { kind: 'createProcessInstance', bpmnProcessId: 'process', version: 1, tenantId: '<default>' }
        : {
            kind: 'publishMessage',
            messageName: 'message',
            elementType: elementType === 'messageStartEvent' ? elementType : 'intermediateCatchEvent',
            tenantId: '<default>',
          },
    consumeUnmatchedEvents: consumeUnmatchedEvents?.toLowerCase() === 'true',
    ...expressions,
  }
}

/** The elements as a diagram has them under the bridge's template, and as a connector gets them from there. */
function throughDiagram({ elements }: Pick<RecordedCase, 'elements'>): Element[] {
  const text = `<d:definitions xmlns:d="${BPMN}" xmlns:z="${ZEEBE}"><d:process id="process">${elements.map(drawn).join('')}</d:process><d:message id="M" name="message"/></d:definitions>`
  const read = ownElements({ file: 'process.bpmn', text }, readDiagram(text))
  return read.map(({ read: { json } }) => {
    const point = {
      tenantId: '<default>',
      ...json.correlationPoint,
      ...(json.correlationPoint.kind === 'createProcessInstance' && { version: 1 }),
    }
    return { ...json, correlationPoint: point } as unknown as Element
  })
}

function drawn({ elementId, elementType, properties }: RecordedCase['elements'][number]): string {
  const tag = elementType === 'messageCatchEvent' ? 'intermediateCatchEvent' : 'startEvent'
  const definition = elementType === 'startEvent' ? '' : '<d:messageEventDefinition messageRef="M"/>'
  const values = Object.entries({ [MARKER]: '1', ...properties }).map(
    ([name, value]) => `<z:property name="${name}" value="${attributeText(value)}"/>`,
  )
  return `<d:${tag} id="${attributeText(elementId)}"><d:extensionElements><z:properties>${values.join('')}</z:properties></d:extensionElements>${definition}</d:${tag}>`
}

function answer({ elements, record }: RecordedCase, fromDiagrams: boolean): Answer {
  const message = toSqsMessage(record, { attributeNames: [], messageAttributeNames: [] })
  const activation = activate({ elements: fromDiagrams ? throughDiagram({ elements }) : elements.map(elementOf) }, message)
  if (activation.kind === 'InvalidInput') return { outcome: activation.kind, acknowledge: false, reason: activation.reason }
  if (activation.kind === 'ActivationConditionNotMet') return { outcome: activation.kind, acknowledge: activation.consumeUnmatchedEvents }
  const command = correlationFor(activation.element, message)
  if (command.kind === 'InvalidInput') return { outcome: command.kind, acknowledge: false, reason: command.reason }
  const outcome = command.kind === 'createProcessInstance' ? 'ProcessInstanceCreated' : 'MessagePublished'
  return {
    outcome,
    acknowledge: true,
    elementId: activation.element.elementId,
    command: { ...command, version: null } as unknown as JsonObject,
  }
}

/** Both sides in one spelling: JSON values, durations in seconds, texts which are JSON by value. */
function comparable({ outcome, acknowledge, elementId, command }: Answer | RecordedCase['expected']): unknown {
  if (!command) return { outcome: SAME_AS_INVALID_INPUT.includes(outcome) ? 'InvalidInput' : outcome, acknowledge }
  const publishes = command.kind === 'publishMessage' && {
    messageName: command.messageName,
    correlationKey: byValue(command.correlationKey ?? ''),
    messageId: byValue(command.messageId ?? ''),
    timeToLive: toMilliseconds(String(command.messageTtl ?? command.timeToLive)),
  }
  const creates = command.kind === 'createProcessInstance' && { bpmnProcessId: command.bpmnProcessId }
  return {
    outcome,
    acknowledge,
    elementId,
    kind: command.kind,
    tenantId: command.tenantId,
    ...publishes,
    ...creates,
    variables: numbersByValue(command.variables ?? {}),
  }
}

function byValue(text: JsonValue): unknown {
  const context = typeof text === 'string' && text.startsWith('{') ? parseFirstJsonValue(text) : undefined
  return context === undefined ? text : numbersByValue(context)
}

function numbersByValue(value: JsonValue): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof WholeDouble) return numbersByValue(value.value)
  if (Array.isArray(value)) return value.map(numbersByValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, numbersByValue(part)]))
}

function main(file: string | undefined, fromDiagrams: boolean): number {
  if (!file) {
    console.error('Usage: npm run vectors:connector -- FILE [--diagrams]')
    return 2
  }
  const cases = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => parseFirstJsonValue(line) as unknown as RecordedCase)
  const tally = new Map<string, { agree: number; all: number }>()
  for (const recorded of cases) {
    const got = answer(recorded, fromDiagrams)
    const agrees = isDeepStrictEqual(comparable(got), comparable(recorded.expected))
    const { agree, all } = tally.get(recorded.expected.outcome) ?? { agree: 0, all: 0 }
    tally.set(recorded.expected.outcome, { agree: agree + Number(agrees), all: all + 1 })
    if (agrees) continue
    console.log(recorded.id)
    console.log(`  expected  ${toJsonText(recorded.expected as unknown as JsonValue)}`)
    console.log(`  got       ${toJsonText(got as unknown as JsonValue)}`)
  }
  const counts = [...tally.values()]
  for (const [outcome, { agree, all }] of tally) console.log(`${outcome.padEnd(28)} ${agree} of ${all}`)
  const agreed = counts.reduce((sum, { agree }) => sum + agree, 0)
  console.log(`${agreed} of ${cases.length} agree`)
  return agreed === cases.length ? 0 : 1
}

const [file] = process.argv.slice(2).filter((each) => each !== '--diagrams')
process.exitCode = main(file, process.argv.includes('--diagrams'))
