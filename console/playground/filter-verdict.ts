import type { SQSRecord } from 'aws-lambda'
import type { Connector } from '../../lambda/core/connector-schema.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import type { FilterPattern } from '../../lambda/core/filter-patterns.ts'
import { recordFilter, toFilterEvent } from '../../tools/filters/filter-matcher.ts'

/** What Lambda’s filter makes of a condition, and of a message. */
export interface FilterVerdict {
  /** None: there is no filter, and `notPushedDown` says why. */
  readonly patterns: readonly PatternVerdict[]
  /** Whether the message comes to the function; otherwise Lambda deletes it unseen. */
  readonly letsThrough: boolean
  /** What is left to the function. */
  readonly notPushedDown: readonly { readonly expression?: string; readonly why: string }[]
}

export interface PatternVerdict {
  /** JSON, as Lambda has it. */
  readonly text: string
  readonly letsThrough: boolean
  readonly fields: readonly FieldVerdict[]
}

export interface FieldVerdict {
  /** `messageAttributes.type.stringValue` */
  readonly path: string
  /** JSON of the alternatives, of which one must be met. */
  readonly asked: string
  /** JSON of what the message has there; undefined where that is nothing. */
  readonly found: string | undefined
  readonly isMet: boolean
}

/** Of a connector with this condition alone, which consumes what does not meet it. */
export function filterOfCondition(activationCondition: string, connector: Connector, record: SQSRecord): FilterVerdict {
  const [element] = connector.elements
  if (!element) throw new Error('a connector has an element')
  return filterVerdict({ ...connector, elements: [{ ...element, activationCondition, consumeUnmatchedEvents: true }] }, record)
}

/** Of the whole connector, whose filter lets through what any of its elements may want. */
export function filterVerdict(connector: Connector, record: SQSRecord): FilterVerdict {
  const { patterns, notPushedDown } = filterCriteria(connector)
  const event = JSON.parse(toFilterEvent(record))
  return {
    patterns: patterns.map((pattern) => ({
      text: JSON.stringify(pattern),
      letsThrough: recordFilter([pattern])(record),
      fields: fieldsOf(pattern).map(({ path, alternatives }) => ({
        path: path.join('.'),
        asked: JSON.stringify(alternatives),
        found: JSON.stringify(valueAt(event, path)),
        isMet: recordFilter([nested(path, alternatives)])(record),
      })),
    })),
    letsThrough: recordFilter(patterns)(record),
    notPushedDown: notPushedDown.map(({ expression, why }) => ({ ...(expression !== undefined && { expression }), why })),
  }
}

interface Field {
  readonly path: readonly string[]
  readonly alternatives: readonly unknown[]
}

function fieldsOf(pattern: FilterPattern, path: readonly string[] = []): Field[] {
  return Object.entries(pattern).flatMap(([step, inner]) =>
    isList(inner) ? [{ path: [...path, step], alternatives: inner }] : fieldsOf(inner, [...path, step]),
  )
}

function isList(part: FilterPattern | readonly unknown[]): part is readonly unknown[] {
  return Array.isArray(part)
}

function nested(path: readonly string[], alternatives: readonly unknown[]): FilterPattern {
  const [step = '', ...rest] = path
  return { [step]: rest.length === 0 ? alternatives : nested(rest, alternatives) }
}

function valueAt(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
  return valueAt((value as Record<string, unknown>)[step], rest)
}
