/**
 * Sets of SQS messages as Lambda's filter patterns can say them, never smaller than what was asked for: each operation may give more messages
 * than it should, and none less.
 */

/** One alternative of a pattern's leaf. */
export type Alternative =
  | string
  | boolean
  | null
  | { readonly exists: boolean }
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly 'anything-but': readonly string[] }

/** Where a leaf is in the record, and what it may be. */
export interface Leaf {
  readonly path: readonly string[]
  readonly alternatives: readonly Alternative[]
}

/** Messages which have every one of these leaves, by the JSON text of its path. Without any: all messages. */
export type Conjunction = ReadonlyMap<string, Leaf>

/** Messages which meet one of these. `[]`: none. */
export type Messages = readonly Conjunction[]

export const NONE: Messages = []
export const ALL: Messages = [new Map()]

/** More than this cannot become five patterns; it would only take time. */
const MAX_CONJUNCTIONS = 64

/** Half of a surrogate pair is no text to Lambda, whereas FEEL finds it at the begin of a text. */
export function leaf(path: readonly string[], alternatives: readonly Alternative[]): Messages {
  if (!alternatives.flatMap(textsOf).every((text) => text.isWellFormed())) return ALL
  return [new Map([[JSON.stringify(path), { path, alternatives: distinct(alternatives) }]])]
}

export function isAll(messages: Messages): boolean {
  return messages.some(({ size }) => size === 0)
}

export function union(one: Messages, other: Messages): Messages {
  const both = [...one, ...other]
  if (isAll(both) || both.length > MAX_CONJUNCTIONS) return ALL
  const merged: Conjunction[] = []
  for (const conjunction of both) {
    const index = merged.findIndex((earlier) => differInOneLeaf(earlier, conjunction))
    if (index < 0) merged.push(conjunction)
    else merged[index] = mergeLeaves(merged[index] as Conjunction, conjunction)
  }
  return merged
}

export function intersection(one: Messages, other: Messages): Messages {
  if (one.length * other.length > MAX_CONJUNCTIONS) return one.length < other.length ? one : other
  return one.flatMap((left) => other.flatMap((right) => meet(left, right))).reduce<Messages>((all, next) => union(all, [next]), NONE)
}

/** The same messages, or more, by so many conjunctions: those are joined first which have most leaves in common. */
export function atMost(messages: Messages, count: number): Messages {
  if (messages.length <= count || isAll(messages)) return messages
  let [best, common]: [[number, number], Conjunction] = [[0, 1], new Map()]
  for (const [index, one] of messages.entries())
    for (const [offset, other] of messages.slice(index + 1).entries()) {
      const joined = join(one, other)
      if (joined.size > common.size) [best, common] = [[index, index + 1 + offset], joined]
    }
  return atMost([...messages.filter((_, index) => !best.includes(index)), common], count)
}

/** The leaves which both have, each with both's alternatives. */
function join(one: Conjunction, other: Conjunction): Conjunction {
  const common = [...one].filter(([key]) => other.has(key))
  return mergeLeaves(new Map(common), other)
}

/** Two conjunctions which differ in at most one leaf's alternatives are one in which that leaf has both's. */
function differInOneLeaf(one: Conjunction, other: Conjunction): boolean {
  if (one.size !== other.size || [...one.keys()].some((path) => !other.has(path))) return false
  return (
    [...one].filter(([path, { alternatives }]) => JSON.stringify(alternatives) !== JSON.stringify(other.get(path)?.alternatives)).length <=
    1
  )
}

function mergeLeaves(one: Conjunction, other: Conjunction): Conjunction {
  return new Map(
    [...one].map(([key, { path, alternatives }]) => [
      key,
      { path, alternatives: distinct([...alternatives, ...(other.get(key)?.alternatives ?? [])]) },
    ]),
  )
}

/**
 * Of a body one leaf at most is asked for: where it holds lists, Lambda wants all leaves in the same item and each text anywhere, and
 * neither is what a condition says.
 */
function meet(left: Conjunction, right: Conjunction): Conjunction[] {
  const met = new Map(left)
  const asksForBody = [...left.values()].some(isOfBody)
  for (const [key, asked] of right) {
    if (asksForBody && isOfBody(asked)) continue
    const there = met.get(key)
    const alternatives = there
      ? distinct(there.alternatives.flatMap((one) => asked.alternatives.flatMap((other) => both(one, other))))
      : asked.alternatives
    if (alternatives.length === 0) return []
    met.set(key, { ...asked, alternatives })
  }
  return [met]
}

function isOfBody({ path }: Leaf): boolean {
  return path[0] === 'body'
}

/** What meets both alternatives, or more. */
function both(one: Alternative, other: Alternative): Alternative[] {
  if (isLiteral(one)) return accepts(other, one) ? [one] : []
  if (isLiteral(other)) return both(other, one)
  if ('exists' in one) return one.exists === isThere(other) ? [other] : []
  if ('exists' in other) return both(other, one)
  if ('anything-but' in one && 'anything-but' in other)
    return [{ 'anything-but': [...new Set([...one['anything-but'], ...other['anything-but']])] }]
  if ('prefix' in one && 'prefix' in other)
    return longer(one, other, one.prefix.startsWith(other.prefix), other.prefix.startsWith(one.prefix))
  if ('suffix' in one && 'suffix' in other) return longer(one, other, one.suffix.endsWith(other.suffix), other.suffix.endsWith(one.suffix))
  return 'anything-but' in one ? [other] : [one]
}

function longer(one: Alternative, other: Alternative, oneIsLonger: boolean, otherIsLonger: boolean): Alternative[] {
  return oneIsLonger ? [one] : otherIsLonger ? [other] : []
}

type Literal = string | boolean | null

function isLiteral(alternative: Alternative): alternative is Literal {
  return typeof alternative !== 'object' || alternative === null
}

function accepts(alternative: Alternative, value: Literal): boolean {
  if (isLiteral(alternative)) return alternative === value
  if ('exists' in alternative) return alternative.exists
  if ('anything-but' in alternative) return typeof value !== 'string' || !alternative['anything-but'].includes(value)
  if (typeof value !== 'string') return false
  return 'prefix' in alternative ? value.startsWith(alternative.prefix) : value.endsWith(alternative.suffix)
}

function textsOf(alternative: Alternative): string[] {
  const parts = typeof alternative === 'object' && alternative !== null ? Object.values(alternative).flat() : [alternative]
  return parts.filter((part) => typeof part === 'string')
}

function isThere(alternative: Alternative): boolean {
  return isLiteral(alternative) || !('exists' in alternative) || alternative.exists
}

function distinct(alternatives: readonly Alternative[]): readonly Alternative[] {
  return [...new Map(alternatives.map((alternative) => [JSON.stringify(alternative), alternative])).values()]
}
