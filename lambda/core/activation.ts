import { type Connector, consumesUnmatchedEvents, type Element } from './connector.ts'
import { evaluate } from './expressions.ts'
import type { ActivationConditionNotMet, InvalidInput } from './outcome.ts'
import type { SqsMessage } from './sqs-message.ts'

export type Activation = { readonly kind: 'Activated'; readonly element: Element } | ActivationConditionNotMet | InvalidInput

/**
 * The one element which a message activates. Every condition is evaluated: one that fails makes the message invalid whatever the others say,
 * and so do two elements that are activated by the same message, unless both would publish the very same (Camunda's
 * `InboundCorrelationHandler`).
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
  if (others.some((other) => !publishesTheSame(element, other)))
    return {
      kind: 'InvalidInput',
      reason: `several elements are activated by the same message: ${activated.map(({ elementId }) => elementId).join(', ')}`,
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

/** Since 8.9 Camunda's connectors take such elements for one; a message correlates to all that wait for it anyhow. */
export function publishesTheSame(one: Element, other: Element): boolean {
  const publishes = ({
    correlationPoint,
    correlationKeyExpression,
    messageIdExpression,
    messageTtl,
    resultVariable,
    resultExpression,
  }: Element) =>
    correlationPoint.kind === 'publishMessage' &&
    JSON.stringify([
      correlationPoint.messageName,
      correlationPoint.tenantId,
      correlationPoint.elementType === 'messageStartEvent',
      correlationKeyExpression,
      messageIdExpression,
      messageTtl,
      resultVariable,
      resultExpression,
    ])
  const first = publishes(one)
  return first !== false && first === publishes(other)
}
