import type { Connector } from './connector.ts'
import { consumesUnmatchedEvents } from './connector-rules.ts'
import { type FilterPattern, MOST_PATTERN_CHARACTERS, MOST_PATTERNS, unionOf } from './filter-patterns.ts'
import { atMost, type Conjunction, isAll, type Leaf, type Messages, NONE, union } from './message-sets.ts'
import { pushDown, type Scope } from './push-down.ts'
import { toTemplateText } from './template-text.ts'

export interface FilterCriteria {
  /** Lambda invokes the function with what one of them matches, and deletes the rest. None: every message comes. */
  readonly patterns: readonly FilterPattern[]
  /** What is left to the function; `elementId` is undefined where it is about the connector as a whole. */
  readonly notPushedDown: readonly { readonly elementId?: string; readonly expression?: string; readonly why: string }[]
}

/**
 * The filter criteria of a connector. One law: a filter lets through every message whose outcome is anything but
 * `ActivationConditionNotMet`. And there is none where such messages are not to be consumed, since Lambda deletes what it filters out.
 */
export function filterCriteria(connector: Connector): FilterCriteria {
  const mode = connector.eventSource.filterCriteria
  if (mode === 'off') return none('eventSource.filterCriteria is "off"')
  if (!consumesUnmatchedEvents(connector)) return none('unmatched events are not consumed, and Lambda would delete them')
  if (mode === 'body' && connector.queue.largePayloads) {
    const { patterns, notPushedDown } = criteriaReading('attributes', connector)
    return { patterns, notPushedDown: [...notPushedDown, { why: POINTERS }] }
  }
  const criteria = criteriaReading(mode, connector)
  return mode === 'body' && criteria.patterns.length === 0 ? criteriaReading('attributes', connector) : criteria
}

/**
 * A pattern that lets pointers through could be added to those on the body, but whether Lambda takes a list for a body in JSON is not documented, and
 * what it does not take so it deletes.
 */
const POINTERS = 'with queue.largePayloads no filter looks at the body: that of a pointer says nothing'

function criteriaReading(reads: Scope['reads'], connector: Connector): FilterCriteria {
  const { messageAttributeNames, attributeNames, largePayloads } = connector.queue
  const mostBytes = largePayloads?.maximumSize ?? 0
  const pushed = connector.elements.map(({ elementId, activationCondition }) => ({
    elementId,
    ...pushDown(activationCondition, { messageAttributeNames, attributeNames, reads, mostBytes }),
  }))
  const notPushedDown = pushed.flatMap(({ elementId, notPushedDown }) => notPushedDown.map((left) => ({ elementId, ...left })))
  const messages = pushed.reduce<Messages>((all, { messages }) => union(all, messages), NONE)
  if (messages.length === 0) return none('no message can meet the conditions, and Lambda has no filter that says so', notPushedDown)
  if (isAll(messages)) return none('the conditions leave no part that a filter could decide for every element', notPushedDown)
  const fitting = atMost(messages, MOST_PATTERNS).map(shortened)
  if (isAll(fitting))
    return none(
      `it would take more than ${MOST_PATTERNS} patterns of ${MOST_PATTERN_CHARACTERS} characters, and Lambda allows no more`,
      notPushedDown,
    )
  const patterns = unionOf(fitting.map(toPattern))
  if (patterns.length === 0)
    return none('the patterns take more characters than the parameter which records them has room for', notPushedDown)
  const isWider = fitting.length !== messages.length || fitting.some((conjunction) => !messages.includes(conjunction))
  return {
    patterns,
    notPushedDown: isWider
      ? [...notPushedDown, { why: 'patterns are joined or shortened to what Lambda allows, which lets more through' }]
      : notPushedDown,
  }
}

/** Without its longest leaves until it is short enough: more messages, none less. */
function shortened(conjunction: Conjunction): Conjunction {
  if (toTemplateText(JSON.stringify(toPattern(conjunction))).length <= MOST_PATTERN_CHARACTERS) return conjunction
  const [, ...shorter] = [...conjunction].toSorted(([, one], [, other]) => lengthOf(other) - lengthOf(one))
  return shortened(new Map(shorter))
}

function lengthOf({ alternatives }: Leaf): number {
  return JSON.stringify(alternatives).length
}

/** A pattern nests as the record does; its leaves are lists of alternatives. */
function toPattern(conjunction: Conjunction): FilterPattern {
  return nest([...conjunction.values()])
}

function nest(leaves: readonly Leaf[]): FilterPattern {
  const groups = Map.groupBy(leaves, ({ path }) => path[0] ?? '')
  const below = (group: readonly Leaf[]) => group.map(({ path, alternatives }) => ({ path: path.slice(1), alternatives }))
  return Object.fromEntries(
    [...groups].map(([step, group]) => {
      const [only] = group
      return [step, only?.path.length === 1 ? only.alternatives : nest(below(group))]
    }),
  )
}

function none(why: string, notPushedDown: FilterCriteria['notPushedDown'] = []): FilterCriteria {
  return { patterns: [], notPushedDown: [...notPushedDown, { why }] }
}
