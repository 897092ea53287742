import escapeRegExp from 'escape-string-regexp'
import { z } from 'zod'
import { RequestProblem } from './rejection.ts'

/** What a search answers with, and what it can be searched by beside that. */
export interface Entry {
  readonly item: Readonly<Record<string, unknown>>
  readonly also?: Readonly<Record<string, unknown>>
}

export interface Found {
  readonly items: readonly Readonly<Record<string, unknown>>[]
  readonly page: {
    readonly totalItems: number
    readonly hasMoreTotalItems: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

export type SearchRequest = z.infer<typeof searchRequest>

/** The body of every search, as Camunda 8.8 and later take it. */
export const searchRequest = z.looseObject({
  filter: z.record(z.string(), z.unknown()).nullish(),
  sort: z.array(z.looseObject({ field: z.string().nullish(), order: z.enum(['ASC', 'DESC', 'asc', 'desc']).nullish() })).nullish(),
  page: z
    .looseObject({
      from: z.int().min(0).nullish(),
      limit: z.int().min(1).max(10_000).nullish(),
      after: z.string().nullish(),
      before: z.string().nullish(),
    })
    .nullish(),
})

const DEFAULT_LIMIT = 100

/** @throws {RequestProblem} for a field or an operator that there is not */
export function search(entries: readonly Entry[], { filter, sort, page }: SearchRequest): Found {
  const matching = entries.filter((entry) => matches({ ...entry.also, ...entry.item }, filter ?? {}))
  const items = sorted(matching, sort ?? []).map(({ item }) => item)
  const limit = page?.limit ?? DEFAULT_LIMIT
  const first = firstOf(page ?? {}, limit)
  const shown = items.slice(first, page?.before == null ? first + limit : Math.min(first + limit, placeOf(page.before)))
  return {
    items: shown,
    page: {
      totalItems: items.length,
      hasMoreTotalItems: false,
      startCursor: shown.length > 0 ? cursorOf(first) : null,
      endCursor: shown.length > 0 ? cursorOf(first + shown.length - 1) : null,
    },
  }
}

function firstOf({ from, after, before }: NonNullable<SearchRequest['page']>, limit: number): number {
  if ([from, after, before].filter((each) => each != null).length > 1) throw badRequest('page: one of from, after and before')
  if (after != null) return placeOf(after) + 1
  if (before != null) return Math.max(0, placeOf(before) - limit)
  return from ?? 0
}

/** A cursor is a place in the order that was asked for; here it does not follow what is added before it. */
function cursorOf(place: number): string {
  return Buffer.from(String(place)).toString('base64')
}

function placeOf(cursor: string): number {
  const place = Buffer.from(cursor, 'base64').toString()
  if (!/^\d{1,9}$/.test(place)) throw badRequest(`page: ${cursor} is no cursor`)
  return Number(place)
}

function sorted(entries: readonly Entry[], sort: NonNullable<SearchRequest['sort']>): Entry[] {
  const fieldOf = ({ item, also }: Entry, field: string) => item[field] ?? also?.[field]
  for (const { field } of sort)
    if (!field || entries.some(({ item, also }) => !(Object.hasOwn(item, field) || Object.hasOwn(also ?? {}, field))))
      throw badRequest(`sort: there is no field ${field}`)
  return entries.toSorted((one, other) => {
    for (const { field, order } of sort) {
      const difference = compare(fieldOf(one, field ?? ''), fieldOf(other, field ?? ''))
      if (difference !== 0) return order?.toUpperCase() === 'DESC' ? -difference : difference
    }
    return 0
  })
}

/** Each of a filter's properties, as a value or as an object of operators; what is empty filters nothing. */
function matches(values: Readonly<Record<string, unknown>>, filter: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    if (wanted == null || (Array.isArray(wanted) && wanted.length === 0)) return true
    if (name === '$or') return listOf(name, wanted).some((alternative) => matches(values, objectOf(name, alternative)))
    if (!Object.hasOwn(values, name)) throw badRequest(`filter: this stand-in has no ${name} to search by`)
    const value = values[name]
    if (Array.isArray(value)) return Array.isArray(wanted) && wanted.every((each) => value.includes(each))
    if (typeof wanted !== 'object') return compare(value, wanted) === 0
    return Object.entries(wanted).every(([operator, operand]) => holds(operator, value, operand))
  })
}

function holds(operator: string, value: unknown, operand: unknown): boolean {
  if (operand == null || (Array.isArray(operand) && operand.length === 0)) return true
  switch (operator) {
    case '$eq':
      return compare(value, operand) === 0
    case '$neq':
      return compare(value, operand) !== 0
    case '$exists':
      return (value != null) === operand
    case '$in':
      return listOf(operator, operand).some((each) => compare(value, each) === 0)
    case '$notIn':
      return listOf(operator, operand).every((each) => compare(value, each) !== 0)
    case '$like':
      return typeof value === 'string' && like(String(operand)).test(value)
    case '$gt':
      return value != null && compare(value, operand) > 0
    case '$gte':
      return value != null && compare(value, operand) >= 0
    case '$lt':
      return value != null && compare(value, operand) < 0
    case '$lte':
      return value != null && compare(value, operand) <= 0
    default:
      throw badRequest(`filter: there is no operator ${operator}`)
  }
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw badRequest(`filter: ${name} takes a list`)
}

function objectOf(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw badRequest(`filter: ${name} takes objects`)
}

/** `*` stands for any text, `?` for a character, and a backslash before them for themselves. */
function like(pattern: string): RegExp {
  const parts = pattern.match(/\\[\s\S]|[\s\S]/gu) ?? []
  const source = parts.map((part) => (part === '*' ? '.*' : part === '?' ? '.' : escapeRegExp(part.length > 1 ? part.slice(1) : part)))
  return new RegExp(`^${source.join('')}$`, 'su')
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

/** Keys are texts of digits, and go by their number; dates go by their time; what there is not comes first. */
function compare(one: unknown, other: unknown): number {
  if (one == null || other == null) return Number(one != null) - Number(other != null)
  if (typeof one === 'number' && typeof other === 'number') return one - other
  const [text, otherText] = [String(one), String(other)]
  if (DATE.test(text) && DATE.test(otherText)) return Date.parse(text) - Date.parse(otherText)
  const areKeys = /^\d+$/.test(text) && /^\d+$/.test(otherText)
  if (areKeys && text.length !== otherText.length) return text.length - otherText.length
  return text < otherText ? -1 : text > otherText ? 1 : 0
}

function badRequest(detail: string): RequestProblem {
  return new RequestProblem(400, 'INVALID_ARGUMENT', detail)
}
