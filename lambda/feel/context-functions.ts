import { copyOf, entriesOf, entryOf, isContext, itemsOf } from './contexts.ts'
import { anything, context, type FunctionTable, list, overload, text, variadic } from './overload.ts'
import { type FeelContext, type FeelItem, type FeelList, type FeelValue, MadeContext, settle } from './values.ts'

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

function getEntries(context: FeelContext): FeelList {
  return entriesOf(context).map(([key, value]) =>
    made([
      ['key', key],
      ['value', value],
    ]),
  )
}

function getValue(context: FeelContext, key: FeelValue): FeelValue | undefined {
  if (text(key)) return entryOf(context, key) ?? null
  if (!list(key)) return undefined
  let value: FeelValue = key.length === 0 ? null : context
  for (const name of key) {
    if (typeof name !== 'string' || !isContext(value)) return null
    value = entryOf(value, name) ?? null
  }
  return key.every((name) => typeof name === 'string') ? value : null
}

function put(context: FeelContext, key: FeelValue, value: FeelValue): FeelValue | undefined {
  if (text(key)) return putAt(context, [key], value)
  if (!list(key)) return undefined
  if (key.length === 0) return null
  return key.every((name) => typeof name === 'string') ? putAt(context, key, value) : undefined
}

/** Contexts on the way which are missing, or are none, are made. */
function putAt(context: FeelContext, [name = '', ...rest]: readonly string[], value: FeelValue): MadeContext {
  const inner = entryOf(context, name) ?? null
  return new MadeContext(copyOf(context).set(name, rest.length === 0 ? value : putAt(isContext(inner) ? inner : made([]), rest, value)))
}

function merge(contexts: FeelList): FeelValue {
  const all = contexts.map(settle)
  return all.every(isContext) ? made(all.flatMap(entriesOf)) : null
}

/** The context of a list of `{key, value}`; null where one of them is something else. */
function fromEntries(entries: FeelValue): FeelValue {
  if (!list(entries)) return null
  const context = new Map<string, FeelItem>()
  for (const item of entries) {
    const entry = settle(item)
    if (!isContext(entry)) return null
    const { key, value } = Object.fromEntries(itemsOf(entry))
    if (typeof key !== 'string' || value === undefined) return null
    context.set(key, value)
  }
  return new MadeContext(context)
}

function made(entries: readonly (readonly [string, FeelItem])[]): MadeContext {
  return new MadeContext(new Map(entries))
}
