import type { SQSRecord } from 'aws-lambda'
import pc from 'picocolors'
import { activate } from '../../lambda/core/activation.ts'
import type { Connector, Element } from '../../lambda/core/connector.ts'
import { correlationFor } from '../../lambda/core/correlation.ts'
import type { CreateProcessInstance, PublishMessage } from '../../lambda/core/correlation-command.ts'
import { type Trace, traceOf } from '../../lambda/core/expression-trace.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import type { FilterPattern } from '../../lambda/core/filter-patterns.ts'
import { payloadPointer } from '../../lambda/core/large-payload.ts'
import { disposition, reasonOf } from '../../lambda/core/outcome.ts'
import { type SqsMessage, toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { type JsonObject, type JsonValue, toJsonText } from '../../lambda/json/json.ts'
import { recordFilter } from '../filters/filter-matcher.ts'
import { brief, traceLines } from './trace-lines.ts'

/** A message's way through a connector, step by step, up to what Camunda would be sent. */
export interface MessageExplanation {
  readonly messageId: string
  readonly filter: {
    readonly patterns: readonly FilterPattern[]
    readonly passes: boolean
  }
  readonly elements: readonly {
    readonly elementId: string
    readonly activates: boolean
    /** Undefined: the condition is blank, and every message activates it. */
    readonly activationCondition: Trace | undefined
  }[]
  /** Of the element which is activated; undefined where none or several are. */
  readonly correlation: Correlation | undefined
  readonly outcome: Outcome
}

export interface Correlation {
  readonly elementId: string
  /** Of those properties which are not blank. */
  readonly expressions: Readonly<Record<string, Trace>>
  /** Undefined where the message is invalid. */
  readonly command: CreateProcessInstance | PublishMessage | undefined
  /** Of the variables as JSON, in UTF-8. */
  readonly variablesBytes: number | undefined
}

/** `wouldBeSent`: what becomes of it then is Camunda's to say. */
export interface Outcome {
  readonly kind: 'filteredOut' | 'ActivationConditionNotMet' | 'InvalidInput' | 'wouldBeSent'
  readonly reason: string | undefined
  readonly afterwards: 'deleted' | 'back in the queue' | 'a dead letter at once' | 'as Camunda answers'
}

/** @param record with its own body, where it is not a pointer to a bucket that the connector does not allow */
export function explainMessage(connector: Connector, record: SQSRecord): MessageExplanation {
  const message = toSqsMessage(record, connector.queue)
  const { patterns } = filterCriteria(connector)
  const passes = recordFilter(patterns)(record)
  const pointer = payloadPointer(record.body, connector.queue)
  const activation = pointer?.kind === 'InvalidInput' ? pointer : activate(connector, message)
  const correlation = activation.kind === 'Activated' ? correlate(activation.element, message, connector) : undefined
  return {
    messageId: record.messageId,
    filter: { patterns, passes },
    elements: pointer ? [] : connector.elements.map((element) => activationOf(element, message)),
    correlation: correlation?.told,
    outcome: passes
      ? outcomeOf(connector, activation, correlation?.result)
      : { kind: 'filteredOut', reason: undefined, afterwards: 'deleted' },
  }
}

function activationOf({ elementId, activationCondition }: Element, message: SqsMessage): MessageExplanation['elements'][number] {
  const trace = activationCondition?.trim() ? traceOf(activationCondition, message) : undefined
  return { elementId, activates: trace === undefined || trace.value === true, activationCondition: trace }
}

function correlate(element: Element, message: SqsMessage, { idempotency }: Connector) {
  const { elementId, correlationKeyExpression, messageIdExpression, resultExpression } = element
  const result = correlationFor(element, message, idempotency)
  const command = result.kind === 'InvalidInput' ? undefined : result
  const traces = {
    ...traceIfAny({ messageIdExpression, correlationKeyExpression }, message),
    ...traceIfAny({ resultExpression }, { ...message, response: message }),
  }
  const variablesBytes = command && Buffer.byteLength(command.variablesText)
  return { result, told: { elementId, expressions: traces, command, variablesBytes } }
}

function traceIfAny(expressions: Readonly<Record<string, string | undefined>>, variables: JsonObject): Record<string, Trace> {
  const there = Object.entries(expressions).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()))
  return Object.fromEntries(there.map(([property, text]) => [property, traceOf(text, variables)]))
}

function outcomeOf(
  connector: Connector,
  activation: ReturnType<typeof activate>,
  result: ReturnType<typeof correlationFor> | undefined,
): Outcome {
  const invalid = activation.kind === 'InvalidInput' ? activation : result?.kind === 'InvalidInput' ? result : undefined
  if (invalid) return { kind: invalid.kind, reason: reasonOf(invalid), afterwards: afterwards(invalid, connector) }
  if (activation.kind === 'ActivationConditionNotMet')
    return { kind: activation.kind, reason: undefined, afterwards: afterwards(activation, connector) }
  return { kind: 'wouldBeSent', reason: undefined, afterwards: 'as Camunda answers' }
}

const AFTERWARDS = { acknowledge: 'deleted', return: 'back in the queue', deadLetter: 'a dead letter at once' } as const

function afterwards(...outcome: Parameters<typeof disposition>): Outcome['afterwards'] {
  return AFTERWARDS[disposition(...outcome)]
}

/** The explanation for people. */
export function explanationReport({ messageId, filter, elements, correlation, outcome }: MessageExplanation): string {
  return [
    `${pc.bold('message')}      ${messageId}`,
    `${pc.bold('filter')}       ${filterLine(filter)}`,
    ...elements.flatMap(({ elementId, activates, activationCondition }) => [
      `${pc.bold('element')}      ${elementId}: ${activates ? pc.green('activated') : pc.yellow('not activated')}${activationCondition ? '' : ', every message activates it'}`,
      ...(activationCondition ? traceLines(activationCondition, '  ') : []),
    ]),
    ...(correlation ? correlationLines(correlation) : []),
    `${pc.bold('outcome')}      ${outcomeLine(outcome)}`,
  ].join('\n')
}

function filterLine({ patterns, passes }: MessageExplanation['filter']): string {
  if (patterns.length === 0) return 'there is none, every message reaches the function'
  const texts = patterns.map((pattern) => JSON.stringify(pattern)).join(' or ')
  return passes ? `lets it through: ${texts}` : `${pc.red('Lambda deletes it unseen')}, since it matches none of ${texts}`
}

function correlationLines({ expressions, command, variablesBytes }: Correlation): string[] {
  return [
    ...Object.entries(expressions).flatMap(([property, trace]) => [pc.bold(property), ...traceLines(trace, '  ')]),
    ...(command ? commandLines(command, variablesBytes ?? 0) : []),
  ]
}

function commandLines(command: CreateProcessInstance | PublishMessage, bytes: number): string[] {
  const what =
    command.kind === 'createProcessInstance'
      ? [`createProcessInstance ${command.bpmnProcessId}${command.version === undefined ? '' : `, version ${command.version}`}`]
      : [
          `publishMessage ${command.messageName}`,
          `  correlation key  ${JSON.stringify(command.correlationKey)}`,
          `  message id       ${JSON.stringify(command.messageId)}`,
          `  time to live     ${command.messageTtl}`,
        ]
  const variables = Object.entries(command.variables)
  return [
    `${pc.bold('command')}      ${what.join('\n')}`,
    `${pc.bold('variables')}    ${variables.length === 0 ? 'none' : `${bytes} bytes`}`,
    ...variables.map(([name, value]) => `  ${name} = ${brief(toJsonText(value))}`),
  ]
}

function outcomeLine({ kind, reason, afterwards }: Outcome): string {
  const colour = afterwards === 'back in the queue' || kind === 'filteredOut' ? pc.yellow : pc.green
  return `${colour(reason === undefined ? kind : `${kind}: ${reason}`)}; afterwards: ${afterwards}`
}

/** The explanation for programs: JSON, with numbers as exact as they are in the message. */
export function explanationJson(explanation: MessageExplanation): string {
  return toJsonText(explanation as unknown as JsonValue)
}
