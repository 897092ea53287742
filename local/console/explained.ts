import type { SQSRecord } from 'aws-lambda'
import type { Explanation, TraceNode } from '../../console/api.ts'
import type { Connector } from '../../lambda/core/connector.ts'
import type { CreateProcessInstance, PublishMessage } from '../../lambda/core/correlation-command.ts'
import type { Trace } from '../../lambda/core/expression-trace.ts'
import { toldText } from '../../lambda/core/told-text.ts'
import { type JsonValue, toJsonText } from '../../lambda/json/json.ts'
import { explainMessage } from '../../tools/explain/message-explanation.ts'

/** What `explain` shows of a message, for the page: each value as its text. @param version of the connector */
export function explained(connector: Connector, record: SQSRecord, version: number | undefined): Explanation {
  const { filter, elements, correlation, outcome } = explainMessage(connector, record)
  return {
    version,
    filter: { patterns: filter.patterns.map((pattern) => JSON.stringify(pattern)), passes: filter.passes },
    elements: elements.map(({ elementId, activates, activationCondition }) => ({
      elementId,
      activates,
      activationCondition: activationCondition && toNode(activationCondition),
    })),
    correlation: correlation && {
      elementId: correlation.elementId,
      expressions: Object.entries(correlation.expressions).map(([property, trace]) => ({ property, trace: toNode(trace) })),
      command: correlation.command ? commandOf(correlation.command) : [],
      variables: Object.entries(correlation.command?.variables ?? {}).map(([name, value]) => ({ name, value: valueText(value) })),
      variablesBytes: correlation.variablesBytes,
    },
    outcome: { ...outcome, reason: outcome.reason && toldText(outcome.reason) },
  }
}

export function toNode({ value, failure, parts, ...trace }: Trace): TraceNode {
  return {
    ...trace,
    ...(failure === undefined ? { value: valueText(value ?? null) } : { failure: toldText(failure) }),
    ...(parts && { parts: parts.map(toNode) }),
  }
}

/** More of a value than anybody reads in a line. */
const MOST_SHOWN = 4_000

function valueText(value: JsonValue): string {
  const text = toJsonText(value)
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
}

function commandOf(command: CreateProcessInstance | PublishMessage): { readonly name: string; readonly value: string }[] {
  if (command.kind === 'createProcessInstance') {
    const { bpmnProcessId, version } = command
    return [
      { name: 'createProcessInstance', value: bpmnProcessId },
      ...(version === undefined ? [] : [{ name: 'version', value: `${version}` }]),
    ]
  }
  const { messageName, correlationKey, messageId, messageTtl } = command
  return [
    { name: 'publishMessage', value: messageName },
    { name: 'correlation key', value: correlationKey },
    { name: 'message id', value: messageId },
    { name: 'time to live', value: messageTtl },
  ]
}
