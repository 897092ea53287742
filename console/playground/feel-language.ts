import { feel, keywordCompletions, snippetCompletion, snippets } from '@bpmn-io/lang-feel'
import type { Completion, CompletionSource } from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import type { Signature } from '../../lambda/feel/signatures.ts'
import { isObject, type JsonObject, type JsonValue, toJsonText } from '../../lambda/json/json.ts'

/** bpmn-io's FEEL; the names are those of the message, and the functions those of the engine. */
export function feelLanguage(variables: () => JsonObject, signatures: () => readonly Signature[]): Extension {
  return feel({ completions: [nameCompletion(variables, signatures), ...keywordCompletions, snippetCompletion(snippets)] })
}

/** What stands before the cursor: names with points between them. */
const PATH = /(?:[\p{L}_][\p{L}\p{N}_]*|`[^`]*`)?(?:\.(?:[\p{L}_][\p{L}\p{N}_]*|`[^`]*`?)?)*$/u
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u

export function nameCompletion(variables: () => JsonObject, signatures: () => readonly Signature[]): CompletionSource {
  return ({ state, pos, explicit }) => {
    const line = state.doc.lineAt(pos)
    const before = line.text.slice(0, pos - line.from)
    if (isInText(before)) return null
    const [path = ''] = PATH.exec(before) ?? []
    if (path === '' && !explicit) return null
    const point = path.lastIndexOf('.')
    const options = point < 0 ? [...names(variables()), ...functions(signatures())] : names(valueAt(variables(), path.slice(0, point)))
    return { from: pos - (path.length - point - 1), options, validFor: /^[\p{L}\p{N}_` ]*$/u }
  }
}

/** Whether a line ends within quotation marks. */
function isInText(before: string): boolean {
  return (before.replaceAll(/\\./g, '').match(/"/g) ?? []).length % 2 === 1
}

function valueAt(variables: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = variables
  for (const step of path.match(/`[^`]*`|[^.]+/g) ?? []) {
    if (value === undefined || !isObject(value) || !Object.hasOwn(value, bare(step))) return undefined
    value = value[bare(step)]
  }
  return value
}

function bare(step: string): string {
  return step.startsWith('`') ? step.slice(1, -1) : step
}

function names(value: JsonValue | undefined): Completion[] {
  if (value === undefined || !isObject(value)) return []
  return Object.entries(value).map(([name, inner]) => ({
    label: PLAIN_NAME.test(name) ? name : `\`${name}\``,
    type: 'variable',
    detail: brief(toJsonText(inner)),
    boost: 1,
  }))
}

function functions(signatures: readonly Signature[]): Completion[] {
  const byName = Map.groupBy(signatures, ({ name }) => name)
  return [...byName].map(([name, overloads]) => ({
    label: name,
    type: 'function',
    detail: `(${overloads[0]?.parameters.join(', ')}${overloads[0]?.variadic ? ', …' : ''})`,
    info: overloads.map(({ parameters, variadic }) => `${name}(${parameters.join(', ')}${variadic ? ', …' : ''})`).join('\n'),
    apply: `${name}(`,
  }))
}

function brief(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
