import { CompletionContext } from '@codemirror/autocomplete'
import { json } from '@codemirror/lang-json'
import { ensureSyntaxTree } from '@codemirror/language'
import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { propertyAt, type Schema, schemaCompletion } from '../../../console/connector-editor/schema-completion.ts'
import { connectorJsonSchema } from '../../../lambda/core/connector.ts'

const complete = schemaCompletion(connectorJsonSchema() as Schema)

/** What is offered at the ‸ of a text, and what stands before it that would be replaced. */
async function offered(marked: string, explicit = true) {
  const pos = marked.indexOf('‸')
  const state = EditorState.create({ doc: marked.replace('‸', ''), extensions: json() })
  ensureSyntaxTree(state, state.doc.length, 10_000)
  const result = await complete(new CompletionContext(state, pos, explicit))
  return result && { labels: result.options.map(({ label }) => label), replaced: state.sliceDoc(result.from, result.to ?? pos) }
}

const SECTIONS = ['"queue"', '"eventSource"', '"elements"', '"idempotency"']

// biome-ignore format: a table
test.each<[string, string, { readonly has?: string[]; readonly hasNot?: string[]; readonly replaced?: string }]>([
  ['the sections, in an empty object', '{ ‸ }', { has: SECTIONS, replaced: '' }],
  ['the sections which are not there yet', '{ "queue": {}, ‸ }', { has: ['"elements"'], hasNot: ['"queue"'] }],
  ['the properties of a section', '{ "queue": { ‸ } }', { has: ['"url"', '"messageAttributeNames"'], hasNot: ['"queue"'] }],
  ['for a name that is begun', '{ "eventSource": { "batch‸" } }', { has: ['"batchSize"'], replaced: '"batch"' }],
  ['for a name without its quotation mark', '{ "eventSource": { batch‸ } }', { has: ['"batchSize"'], replaced: 'batch' }],
  ['the properties of an element', '{ "elements": [{ ‸ }] }', { has: ['"elementId"', '"activationCondition"'] }],
  ['of both kinds, where none is written', '{ "elements": [{ "correlationPoint": { ‸ } }] }', { has: ['"kind"', '"bpmnProcessId"', '"messageName"'] }],
  ['of the kind that is written', '{ "elements": [{ "correlationPoint": { "kind": "createProcessInstance", ‸ } }] }', { has: ['"version"'], hasNot: ['"messageName"', '"kind"'] }],
  ['the kinds, also where one is written', '{ "elements": [{ "correlationPoint": { "kind": "createProcessInstance‸" } }] }', { has: ['"createProcessInstance"', '"publishMessage"'], replaced: '"createProcessInstance"' }],
  ['the values of a choice', '{ "eventSource": { "filterCriteria": ‸ } }', { has: ['"attributes"', '"body"', '"off"'] }],
  ['the values of a choice within quotation marks', '{ "eventSource": { "filterCriteria": "‸" } }', { has: ['"off"'], replaced: '""' }],
  ['true and false', '{ "elements": [{ "consumeUnmatchedEvents": ‸ }] }', { has: ['true', 'false'] }],
  ['true and false for one that is begun', '{ "elements": [{ "consumeUnmatchedEvents": tr‸ }] }', { has: ['true'], replaced: 'tr' }],
  ['an example and false, of an alarm', '{ "alarms": { "camundaLatency": ‸ } }', { has: ['false', '5000'], hasNot: ['true'] }],
  ['the items of a list', '{ "queue": { "attributeNames": [‸] } }', { has: ['"All"', '"MessageGroupId"'] }],
  ['nothing in a text', '{ "queue": { "name": "a‸" } }', {}],
  ['nothing where there is no such thing', '{ "unknown": { ‸ } }', { hasNot: SECTIONS }],
])('completion offers %s', async (_claim, marked, { has = [], hasNot = [], replaced }) => {
  const { labels = [], replaced: found } = (await offered(marked)) ?? {}
  expect(labels).toEqual(expect.arrayContaining(has))
  expect(labels.filter((label) => hasNot.includes(label))).toEqual([])
  if (has.length === 0) expect(labels).toEqual([])
  if (replaced !== undefined) expect(found).toBe(replaced)
})

test('nothing is offered unasked where nothing is begun', async () => {
  expect(await offered('{ ‸ }', false)).toBeNull()
  expect(await offered('{ "queue": {},‸ }', false)).toBeNull()
  expect((await offered('{ "qu‸" }', false))?.labels).toContain('"queue"')
})

test('a property says what it is', () => {
  const text = '{ "eventSource": { "batchSize": 5 }, "odd": 1 }'
  const state = EditorState.create({ doc: text, extensions: json() })
  ensureSyntaxTree(state, state.doc.length, 10_000)
  const at = (name: string) => propertyAt(connectorJsonSchema() as Schema, state, text.indexOf(name) + 1)
  expect(at('batchSize')).toEqual({ from: 19, to: 30, description: expect.stringMatching(/^Most messages of one invocation/) })
  expect(at('odd')).toBeUndefined()
  expect(at('5')).toBeUndefined()
})
