import type { Connector, Element } from './connector.ts'
import { consumesUnmatchedEvents } from './connector-rules.ts'
import { isMessageStartEvent } from './correlation.ts'
import { toMilliseconds } from './duration.ts'
import { evaluate } from './expressions.ts'
import type { ActivationConditionNotMet, InvalidInput } from './outcome.ts'
import type { SqsMessage } from './sqs-message.ts'

export type Activation = { readonly kind: 'Activated'; readonly element: Element } | ActivationConditionNotMet | InvalidInput

/**
 * The one element which a message activates. Every condition is evaluated: one that fails makes the message invalid whatever the others say,
 * and so do two elements that are activated by the same message, unless both wait for the very same.
 */
export function activate(connector: Pick<Connector, 'elements'>, message: SqsMessage): Activation {
  const activated: Element[] = []
  for (const element of connector.elements) {
    const met = meetsCondition(element, message)
    if (typeof met !== 'boolean') return met
    if (met) activated.push(element)
  }
  const [element, ...others] = activated
  if (!element) return { kind: 'ActivationConditionNotMet', consumeUnmatchedEvents: consumesUnmatchedEvents(connector) }
  const differences = [...new Set(others.flatMap((other) => differencesBetween(element, other)))]
  if (differences.length > 0)
    return {
      kind: 'InvalidInput',
      reason: `several elements are activated by the same message: ${activated.map(({ elementId }) => elementId).join(', ')}, which differ in ${differences.join(', ')}`,
    }
  return { kind: 'Activated', element }
}

/** Blank: every message. Otherwise only the boolean `true` will do; null, "true" and 1 do not. */
function meetsCondition({ elementId, activationCondition }: Element, message: SqsMessage): boolean | InvalidInput {
  if (!activationCondition?.trim()) return true
  const result = evaluate(activationCondition, message)
  if (result.kind === 'failure')
    return { kind: 'InvalidInput', reason: `the activation condition of ${elementId} failed: ${result.reason} in ${activationCondition}` }
  return result.value === true
}

/**
 * In what two elements differ of which one may stand for both, as since 8.9 with Camunda's connectors (`ActivationConditionEvaluator`): a
 * message correlates to all that wait for it anyhow, so that one publication does for elements which wait for the same. A message start event
 * is none of these. Later releases publish once for each message name and correlation key; here, as in 8.9, such a message is invalid.
 */
export function differencesBetween(one: Element, other: Element): string[] {
  const [left, right] = [published(one), published(other)]
  if (!left || !right) return ['what they do: only elements that wait for a message can be activated together']
  return Object.keys(left).filter((name) => left[name] !== right[name])
}

/** What is published for an element that waits for a message; undefined for those which start an instance. */
function published(element: Element): Record<string, unknown> | undefined {
  const { correlationPoint: point, messageTtl } = element
  if (point.kind !== 'publishMessage' || isMessageStartEvent(element)) return undefined
  return {
    messageName: point.messageName,
    tenantId: point.tenantId,
    correlationKeyExpression: element.correlationKeyExpression,
    messageIdExpression: element.messageIdExpression,
    messageTtl: messageTtl === undefined ? undefined : toMilliseconds(messageTtl),
    resultVariable: element.resultVariable,
    resultExpression: element.resultExpression,
  }
}
