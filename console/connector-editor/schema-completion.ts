import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
  pickedCompletion,
  startCompletion,
} from '@codemirror/autocomplete'
import { syntaxTree } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'
import type { SyntaxNode } from '@lezer/common'
import { nameOf, parsed, propertiesOf, propertyOf, valueIn } from './json-tree.ts'

/** As much of JSON Schema as the connector’s schema uses. */
export interface Schema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly examples?: readonly unknown[]
}

/** What may be written where the cursor is: the names of properties which are not there yet, or the values of one. */
export function schemaCompletion(schema: Schema): CompletionSource {
  return (context) => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1)
    return names(schema, context, node) ?? values(schema, context, node) ?? null
  }
}

/** What a property whose name is there is, and where it is. */
export function propertyAt(
  schema: Schema,
  state: EditorState,
  pos: number,
): { readonly from: number; readonly to: number; readonly description: string } | undefined {
  const node = syntaxTree(state).resolveInner(pos)
  const object = node.parent?.parent
  if (node.name !== 'PropertyName' || !node.parent || !object) return undefined
  const text = textOf(state)
  const description = propertiesAt(schema, object, text)[nameOf(node.parent, text) ?? '']?.description
  return description === undefined ? undefined : { from: node.from, to: node.to, description }
}

function names(schema: Schema, { state, pos, explicit }: CompletionContext, node: SyntaxNode): CompletionResult | undefined {
  const isName = node.name === 'PropertyName'
  const object = isName ? node.parent?.parent : objectAround(state, node, pos)
  if (!object) return undefined
  const typed = isName ? undefined : /[\w$"]*$/.exec(state.sliceDoc(object.from, pos))?.[0]
  if (!isName && typed === '' && !explicit) return undefined
  const text = textOf(state)
  const present = new Set(
    propertiesOf(object)
      .filter(({ firstChild }) => firstChild?.from !== node.from)
      .map((property) => nameOf(property, text)),
  )
  const options = Object.entries(propertiesAt(schema, object, text))
    .filter(([name]) => !present.has(name) && name !== '$schema' && name !== 'diagrams')
    .map(([name, property]) => nameOption(name, property, isName && /^\s*:/.test(state.sliceDoc(node.to, node.to + 20))))
  return {
    from: isName ? node.from : pos - (typed?.length ?? 0),
    ...(isName && { to: node.to }),
    options,
    validFor: /^"?[\w$]*"?$/,
  }
}

/** Where a name may begin: in an object, behind its bracket or a comma. */
function objectAround(state: EditorState, node: SyntaxNode, pos: number): SyntaxNode | undefined {
  let object: SyntaxNode | null = node
  while (object && object.name !== 'Object') {
    if (object.name === 'Array' || object.name === 'String') return undefined
    object = object.parent
  }
  if (!object || object.from >= pos) return undefined
  return /[{,]\s*[\w$"]*$/.test(state.sliceDoc(object.from, pos)) ? object : undefined
}

function nameOption(name: string, schema: Schema, hasValue: boolean): Completion {
  const label = JSON.stringify(name)
  return {
    label,
    type: 'property',
    ...(schema.description !== undefined && { info: schema.description }),
    apply: hasValue
      ? label
      : (view, completion, from, to) => {
          const value = beginningOf(schema)
          const insert = `${label}: ${value}`
          // Within the quotation marks or brackets.
          const anchor = from + insert.length - (/["}\]]$/.test(value) ? 1 : 0)
          view.dispatch({
            changes: { from, to, insert },
            selection: { anchor },
            userEvent: 'input.complete',
            annotations: pickedCompletion.of(completion),
          })
          if (alternatives(schema).flatMap(valuesOf).length > 0) startCompletion(view)
        },
  }
}

/** What a value begins with. */
function beginningOf(schema: Schema): string {
  if (schema.enum || schema.const !== undefined || schema.type === 'string') return '""'
  if (schema.type === 'array') return '[]'
  return schema.type === 'object' || schema.oneOf ? '{}' : ''
}

function values(schema: Schema, { state, pos, explicit }: CompletionContext, node: SyntaxNode): CompletionResult | undefined {
  const text = textOf(state)
  const holder = valueHolder(node, pos)
  if (!holder) return undefined
  const { value, parent } = holder
  const options = (parent.name === 'Property' ? ofProperty(schema, parent, text) : ofItems(schema, parent, text)).flatMap(valuesOf)
  if (options.length === 0) return undefined
  const from = value?.from ?? pos - (/\w*$/.exec(state.sliceDoc(parent.from, pos))?.[0].length ?? 0)
  if (!value && !explicit && from === pos && !/[:[,]\s*$/.test(state.sliceDoc(parent.from, pos))) return undefined
  const written = state.sliceDoc(from, value?.to ?? pos)
  // Whoever has written none, or one of them, may want another one.
  const filter = written !== '""' && options.every(({ label }) => label !== written)
  return { from, ...(value && { to: value.to }), options: distinct(options), filter, ...(filter && { validFor: /^"?[\w ]*"?$/ }) }
}

/** The property or list whose value is being written, and what there is of it. */
function valueHolder(node: SyntaxNode, pos: number): { readonly parent: SyntaxNode; readonly value?: SyntaxNode } | undefined {
  const scalar = ['String', 'Number', 'True', 'False', 'Null'].includes(node.name)
  if (scalar && node.parent) return { parent: node.parent, value: node }
  for (let around: SyntaxNode | null = node; around; around = around.parent) {
    if (around.name === 'Property') {
      const name = around.getChild('PropertyName')
      return name && name.to < pos && !valueIn(around) ? { parent: around } : undefined
    }
    if (around.name === 'Array') return around.from < pos ? { parent: around } : undefined
    if (around.name === 'Object') return undefined
  }
  return undefined
}

function valuesOf({ enum: some = [], const: one, type, examples = [], default: usual, description }: Schema): Completion[] {
  const known = [...some, ...(one === undefined ? [] : [one]), ...(type === 'boolean' && one === undefined ? [true, false] : [])]
  const all = [...known, ...(known.length === 0 ? examples : [])]
  return all.map((value) => ({
    label: JSON.stringify(value),
    type: 'enum',
    ...(JSON.stringify(value) === JSON.stringify(usual) && { detail: 'default' }),
    ...(description !== undefined && { info: description }),
  }))
}

function distinct(options: readonly Completion[]): Completion[] {
  return [...new Map(options.map((option) => [option.label, option])).values()]
}

function propertiesAt(schema: Schema, object: SyntaxNode, text: string): Readonly<Record<string, Schema>> {
  return Object.assign({}, ...ofValue(schema, object, text).map(({ properties }) => properties ?? {}))
}

/** What a value may be: of a choice, that which its kind leaves, if it has one. */
function ofValue(schema: Schema, value: SyntaxNode, text: string): Schema[] {
  const all = choicesOf(schema, value, text)
  const kind = propertyOf(value, 'kind', text)
  const written = kind && valueIn(kind)
  const named = written && parsed(text.slice(written.from, written.to))
  const fitting = all.filter(({ properties }) => properties?.kind?.const === named)
  return fitting.length > 0 ? fitting : all
}

function choicesOf(schema: Schema, value: SyntaxNode, text: string): Schema[] {
  const { parent } = value
  if (parent?.name === 'Property') return ofProperty(schema, parent, text)
  return parent?.name === 'Array' ? ofItems(schema, parent, text) : alternatives(schema)
}

function ofProperty(schema: Schema, property: SyntaxNode, text: string): Schema[] {
  const name = nameOf(property, text)
  if (!property.parent || name === undefined) return []
  // The kind itself may become another.
  const objects = name === 'kind' ? choicesOf(schema, property.parent, text) : ofValue(schema, property.parent, text)
  return objects.flatMap(({ properties, additionalProperties }) => {
    const inner = properties?.[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined)
    return inner ? alternatives(inner) : []
  })
}

function ofItems(schema: Schema, array: SyntaxNode, text: string): Schema[] {
  return ofValue(schema, array, text).flatMap(({ items }) => (items ? alternatives(items) : []))
}

/** A choice as what there is to choose from; what it says of itself, it says of each. */
function alternatives(schema: Schema): Schema[] {
  const { oneOf, anyOf, ...common } = schema
  const choice = oneOf ?? (schema.type === undefined ? anyOf : undefined)
  return choice ? choice.flatMap((one) => alternatives({ ...common, ...one })) : [schema]
}

function textOf({ doc }: EditorState): string {
  return doc.toString()
}
