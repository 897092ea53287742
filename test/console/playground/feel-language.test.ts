import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { nameCompletion } from '../../../console/playground/feel-language.ts'
import { parseFeel } from '../../../lambda/feel/feel.ts'
import { SIGNATURES } from '../../../lambda/feel/signatures.ts'

const variables = { body: { amount: 12.5, 'order-id': 'A', inner: { deep: true }, list: [1] }, messageAttributes: {} }
const complete = nameCompletion(
  () => variables,
  () => SIGNATURES,
)

async function offered(text: string, explicit = false) {
  const state = EditorState.create({ doc: text })
  return await complete(new CompletionContext(state, text.length, explicit))
}

// biome-ignore format: a table
test.each<[string, string, string[]]>([
  ['the variables and the functions', 'bo', ['body', 'messageAttributes', 'string length', 'contains']],
  ['the names in a variable', '= body.', ['amount', '`order-id`', 'inner', 'list']],
  ['the names further in', 'body.amount > 1 and body.inner.d', ['deep']],
  ['nothing in a text', 'body.id = "bo', []],
  ['nothing behind a list or a number', 'body.list.', []],
  ['nothing of what an object inherits', 'body.constructor.', []],
])('completion offers %s', async (_claim, text, expected) => {
  const { options = [], from = text.length } = (await offered(text)) ?? {}
  const labels = options.map(({ label }) => label)
  expect(labels).toEqual(expect.arrayContaining(expected))
  if (expected.length === 0) expect(labels).toEqual([])
  // What is offered is FEEL where it stands.
  for (const label of labels) expect(parseFeel(`${text.slice(0, from)}${label}${options.find((one) => one.label === label)?.type === 'function' ? '()' : ''}`)).toMatchObject({ kind: 'parsed' })
})

test('nothing is offered unasked where nothing is begun', async () => {
  expect(await offered('1 + ')).toBeNull()
  expect((await offered('1 + ', true))?.options.map(({ label }) => label)).toContain('body')
})

test('a function has each of its overloads', async () => {
  const option = (await offered('sub'))?.options.find(({ label }) => label === 'substring')
  expect(option).toMatchObject({
    apply: 'substring(',
    info: 'substring(string, start position)\nsubstring(string, start position, length)',
  })
})
