import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseConnector } from '../../../lambda/core/connector.ts'
import { connectorFileJsonSchema } from '../../../lib/connector-diagrams.ts'
import { needsDeployment } from '../../../tools/live-connector.ts'
import { configurationPage, type Schema } from '../../../tools/reference/configuration-page.ts'
import { OFFICIAL_PROPERTIES } from '../../../tools/reference/official-connector.ts'

const schema: Schema = connectorFileJsonSchema()
const page = configurationPage(schema)

/** Every property of a schema, as a path: `elements[].correlationPoint.kind`. */
function pathsOf({ properties, items, oneOf = [] }: Schema, path = ''): string[] {
  const own = Object.entries(properties ?? {}).flatMap(([name, part]) => {
    const here = path ? `${path}.${name}` : name
    return [here, ...pathsOf(part, here)]
  })
  return [...own, ...(items ? pathsOf(items, `${path}[]`) : []), ...oneOf.flatMap((variant) => pathsOf(variant, path))]
}

test('docs/CONFIGURATION.md is what the schema gives', () => {
  expect(readFileSync('docs/CONFIGURATION.md', 'utf8') === page, 'npm run reference').toBe(true)
})

test('connectors/connector.schema.json is what the schema gives', () => {
  expect(
    readFileSync('connectors/connector.schema.json', 'utf8') === `${JSON.stringify(schema, null, 2)}\n`,
    'npx camunda-sqs-bridge schema connector --output connectors/connector.schema.json',
  ).toBe(true)
})

test('every property has its place on the page', () => {
  const names = pathsOf(schema).filter((path) => path !== '$schema')
  expect(names.length).toBeGreaterThan(60)
  for (const path of names) {
    const [name = ''] = path.split('.').slice(-1)
    const isThere = page.includes(`- **\`${name}\`**`) || page.includes(`## \`${path}`) || name === 'kind' || name === 'service'
    expect(isThere, path).toBe(true)
  }
  expect(page).not.toContain('undefined')
})

test.each<[string, Schema, string]>([
  ['a whole number between two', { type: 'integer', minimum: 1, maximum: 9 }, 'whole number from 1 to 9'],
  ['a whole number without an end', { type: 'integer', minimum: 1, maximum: 2 ** 53 - 1 }, 'whole number of at least 1'],
  ['one of several', { enum: ['a', 1, 'b'] }, '`"a"`, `1` or `"b"`'],
  ['a number or false', { anyOf: [{ type: 'integer', minimum: 1, maximum: 9 }, { const: false }] }, 'whole number from 1 to 9, or `false`'],
  ['a list', { type: 'array', items: { type: 'string' } }, 'list of texts'],
  ['a list of so many', { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 5 }, 'list of 1 to 5 texts'],
  ['a list of some', { type: 'array', items: { type: 'string' }, minItems: 1 }, 'list of at least 1 texts'],
  ['a default', { type: 'boolean', default: false }, '`true` or `false`; default `false`'],
])('%s is described', (_, property, text) => {
  expect(configurationPage({ properties: { some: { ...property, description: 'What it is.' } } })).toContain(
    `- **\`some\`**: ${text}.  \n  What it is.\n`,
  )
})

test('what has to be there is called required', () => {
  expect(configurationPage({ properties: { some: { type: 'string' } }, required: ['some'] })).toContain('- **`some`**: text; required.')
})

test('what the official connector’s properties are here, is there', () => {
  for (const { here } of OFFICIAL_PROPERTIES.filter(({ here }) => here)) expect(pathsOf(schema)).toContain(here)
})

describe('what the page says of a live edit', () => {
  const [, sentence = ''] = /What a live edit changes without a deployment: ([^.]*(?:\.\w[^.]*)*)\. All/.exec(page) ?? []
  const live = [...sentence.replace(/and of\s+`function` the `/, '`function.').matchAll(/`([\w.]+)`/g)].map(([, path]) => path ?? '')
  const isLive = (path: string) => live.some((part) => path === part || path.startsWith(`${part}.`) || path.startsWith(`${part}[`))

  test.each(
    pathsOf(schema).filter((path) => /^(?!\$|elements|diagrams|tags)[^.]+(\.[^.]+)?$/.test(path) && !schema.properties?.[path]?.properties),
  )('%s', (path) => {
    const [section = '', name] = path.split('.')
    const change = JSON.stringify(name === undefined ? { [section]: 1 } : { [section]: { [name]: 1 } })
    expect(needsDeployment('{}', change)).toEqual(isLive(path) ? [] : [path])
  })
})

test('the least connector of the page is one', () => {
  const [, json = ''] = /```json\n([^`]+)```/.exec(page) ?? []
  expect(parseConnector(json).elements).toHaveLength(1)
})
