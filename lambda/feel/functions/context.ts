import type { Budget } from '../evaluation/budget.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { copyOf, entriesOf, entryOf, isContext, itemOf, sizeOf } from '../values/contexts.ts'
import { type FeelContext, type FeelItem, type FeelList, type FeelValue, MadeContext, settle } from '../values/values.ts'
import { anything, context, type FunctionTable, list, overload, text, variadic } from './overload.ts'

const contextPut = overload('context, key, value', [context, anything, anything], put)
const contextMerge = variadic('contexts', [list], merge)

export const CONTEXT_FUNCTIONS: FunctionTable = {
  'get entries': [overload('context', [context], getEntries), overload('m', [context], getEntries)],
  'get value': [
    overload('m, key', [context, anything], getValue),
    overload('context, key', [context, anything], getValue),
    overload('context, keys', [context, list], getValue),
  ],
  'context put': [contextPut, overload('context, keys, value', [context, list, anything], put)],
  put: [contextPut],
  'context merge': [contextMerge],
  'put all': [contextMerge],
  context: [overload('entries', [anything], fromEntries)],
}

function getEntries(context: FeelContext, { budget }: Evaluation): FeelList {
  const entries = entriesOf(context, budget)
  budget.spend(16 * entries.length)
  return entries.map(([key, value]) =>
    made([
      ['key', key],
      ['value', value],
    ]),
  )
}

function getValue(context: FeelContext, key: FeelValue, { budget }: Evaluation): FeelValue | undefined {
  if (text(key)) return entryOf(context, key, budget) ?? null
  if (!list(key)) return undefined
  let value: FeelValue = key.length === 0 ? null : context
  for (const name of key) {
    if (typeof name !== 'string' || !isContext(value)) return null
    value = entryOf(value, name, budget) ?? null
  }
  return key.every((name) => typeof name === 'string') ? value : null
}

function put(context: FeelContext, key: FeelValue, value: FeelValue, { budget }: Evaluation): FeelValue | undefined {
  if (text(key)) return putAt(context, [key], value, budget)
  if (!list(key)) return undefined
  if (key.length === 0) return null
  return key.every((name) => typeof name === 'string') ? putAt(context, key, value, budget) : undefined
}

/** Contexts on the way which are missing, or are none, are made. */
function putAt(context: FeelContext, path: readonly string[], value: FeelValue, budget: Budget, depth = 0): MadeContext {
  const name = path[depth] ?? ''
  const inner = entryOf(context, name, budget) ?? null
  const isLast = depth === path.length - 1
  const put = isLast ? value : putAt(isContext(inner) ? inner : made([]), path, value, budget, depth + 1)
  return new MadeContext(copyOf(context, budget).set(name, put))
}

function merge(contexts: FeelList, { budget }: Evaluation): FeelValue {
  const all = contexts.map((context) => settle(context, budget))
  if (!all.every(isContext)) return null
  const merged = new Map<string, FeelItem>()
  for (const context of all) {
    budget.spendContext(sizeOf(context))
    for (const [name, item] of entriesOf(context, budget)) merged.set(name, item)
  }
  return new MadeContext(merged)
}

/** The context of a list of `{key, value}`; null where one of them is something else. */
function fromEntries(entries: FeelValue, { budget }: Evaluation): FeelValue {
  if (!list(entries)) return null
  budget.spendContext(entries.length)
  const context = new Map<string, FeelItem>()
  for (const item of entries) {
    const entry = settle(item, budget)
    if (!isContext(entry)) return null
    const key = itemOf(entry, 'key')
    const value = itemOf(entry, 'value')
    if (typeof key !== 'string' || value === undefined) return null
    context.set(key, value)
  }
  return new MadeContext(context)
}

function made(entries: readonly (readonly [string, FeelItem])[]): MadeContext {
  return new MadeContext(new Map(entries))
}
