import { type Connector, consumesUnmatchedEvents } from './connector.ts'
import { type Conjunction, type Messages, pushDown, union } from './push-down.ts'

/** A filter pattern of Lambda's event-source mapping, as JSON. */
export type FilterPattern = { readonly [key: string]: FilterPattern | readonly unknown[] }

export interface FilterCriteria {
  /** Lambda invokes the function with what one of them matches, and deletes the rest. None: every message comes. */
  readonly patterns: readonly FilterPattern[]
  /** What is left to the function; `elementId` is undefined where it is about the connector as a whole. */
  readonly notPushedDown: readonly { readonly elementId?: string; readonly expression?: string; readonly why: string }[]
}

/** Of one event-source mapping (AWS Lambda guide, "Control which events Lambda sends to your function"). */
const MAX_PATTERNS = 5
const MAX_PATTERN_LENGTH = 4_096

/**
 * The filter criteria of a connector. One law: a filter lets through every message whose outcome is anything but
 * `ActivationConditionNotMet`. And there is none where such messages are not to be consumed, since Lambda deletes what it filters out.
 */
export function filterCriteria(connector: Connector): FilterCriteria {
  const none = (why: string, notPushedDown: FilterCriteria['notPushedDown'] = []) => ({
    patterns: [],
    notPushedDown: [...notPushedDown, { why }],
  })
  if (connector.eventSource.filterCriteria === 'off') return none('eventSource.filterCriteria is "off"')
  if (!consumesUnmatchedEvents(connector)) return none('unmatched events are not consumed, and Lambda would delete them')

  const pushed = connector.elements.map(({ elementId, activationCondition }) => ({
    elementId,
    ...pushDown(activationCondition, connector.queue.messageAttributeNames),
  }))
  const notPushedDown = pushed.flatMap(({ elementId, notPushedDown }) => notPushedDown.map((left) => ({ elementId, ...left })))
  const messages = pushed.reduce<Messages>((all, { messages }) => union(all, messages), [])
  if (messages.length === 0) return none('no message can meet the conditions, and Lambda has no filter that says so', notPushedDown)
  if (messages.some(({ size }) => size === 0))
    return none('the conditions leave no part that a filter could decide for every element', notPushedDown)
  const patterns = messages.map(toPattern)
  if (patterns.length > MAX_PATTERNS)
    return none(`it would take ${patterns.length} patterns, and Lambda allows ${MAX_PATTERNS}`, notPushedDown)
  const longest = Math.max(...patterns.map((pattern) => JSON.stringify(pattern).length))
  if (longest > MAX_PATTERN_LENGTH)
    return none(`a pattern would take ${longest} characters, and Lambda allows ${MAX_PATTERN_LENGTH}`, notPushedDown)
  return { patterns, notPushedDown }
}

function toPattern(conjunction: Conjunction): FilterPattern {
  const attributes = [...conjunction].map(([name, alternatives]) => [name, { stringValue: alternatives }] as const)
  return { messageAttributes: Object.fromEntries(attributes) }
}
