import type { JsonObject } from '../../json/json.ts'
import type { Budget } from '../evaluation/budget.ts'
import { type FeelContext, type FeelItem, type FeelValue, MadeContext, settle } from './values.ts'

/** An entry of a context as it stands there; undefined where there is none of that name. */
export function itemOf(context: FeelContext, name: string): FeelItem | undefined {
  if (context instanceof MadeContext) return context.entries.get(name)
  const item: FeelItem | undefined = context[name]
  // No value of a message is a function, but those of the prototype are; `__proto__` is the only other thing there.
  return (typeof item === 'function' || name === '__proto__') && !Object.hasOwn(context, name) ? undefined : item
}

/**
 * The value of an entry of an object of the message, which is what most paths go through; undefined where there is none of that name, and of
 * whatever else.
 */
export function entryOfMessage(value: FeelItem, name: string, budget: Budget): FeelValue | undefined {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype || name === '__proto__')
    return undefined
  const item: FeelItem | undefined = (value as JsonObject)[name]
  if (typeof item === 'string') return item
  return item === undefined || typeof item === 'function' ? undefined : settle(item, budget)
}

/** The value of an entry; undefined where there is none of that name. */
export function entryOf(context: FeelContext, name: string, budget: Budget): FeelValue | undefined {
  const item = itemOf(context, name)
  return item === undefined ? undefined : settle(item, budget)
}

/** The entries in any order. */
export function itemsOf(context: FeelContext): Iterable<[name: string, item: FeelItem]> {
  return context instanceof MadeContext ? context.entries : Object.entries(context)
}

/** To bring an entry into its order: of many keys each is looked up in a table, hashed, and held in three lists. */
const ENTRY_STEPS = 8

/** The entries in the order in which Camunda's engine lists them. */
export function entriesOf(context: FeelContext, budget: Budget): [name: string, item: FeelItem][] {
  const entries = context instanceof MadeContext ? [...context.entries] : Object.entries(context)
  budget.spend(ENTRY_STEPS * entries.length)
  for (const [name] of entries) budget.spendBatch(name.length)
  if (entries.length <= 4) return entries
  return inHashOrder(entries.map((entry) => ({ entry, hash: scalaHash(entry[0]) })))
}

export function sizeOf(context: FeelContext): number {
  return context instanceof MadeContext ? context.entries.size : Object.keys(context).length
}

/** The entries as a map of their own, in the engine's order. */
export function copyOf(context: FeelContext, budget: Budget): Map<string, FeelItem> {
  const entries = entriesOf(context, budget)
  budget.spendContext(entries.length)
  return new Map(entries)
}

export function isContext(value: FeelItem): value is FeelContext {
  return typeof value === 'object' && value !== null && (value instanceof MadeContext || isPlainObject(value))
}

function isPlainObject(value: object): value is JsonObject {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

interface Hashed {
  readonly entry: [name: string, item: FeelItem]
  readonly hash: number
}

/**
 * Up to four entries Scala's immutable map keeps in their order. From five on it is a hash trie: five bits of the key's hash to a level, and
 * of each node first the keys which are alone with their bits, then those which share them.
 */
function inHashOrder(entries: readonly Hashed[]): [name: string, item: FeelItem][] {
  const inOrder: [name: string, item: FeelItem][] = []
  const add = (node: readonly Hashed[], shift: number) => {
    if (shift > 31) {
      for (const { entry } of node) inOrder.push(entry)
      return
    }
    const groups = new Array<Hashed[] | undefined>(32)
    for (const hashed of node) {
      const bits = (hashed.hash >>> shift) & 31
      const group = groups[bits]
      if (group) group.push(hashed)
      else groups[bits] = [hashed]
    }
    for (const group of groups) if (group?.length === 1) inOrder.push((group[0] as Hashed).entry)
    for (const group of groups) if (group && group.length > 1) add(group, shift + 5)
  }
  add(entries, 0)
  return inOrder
}

/** Java's hash of a string, mixed as Scala does it. */
function scalaHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  hash = (hash + ~(hash << 9)) | 0
  hash ^= hash >>> 14
  hash = (hash + (hash << 4)) | 0
  return hash ^ (hash >>> 10)
}
