import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConnector } from '../../../lambda/core/connector.ts'
import { differenceFrom, expectationSchema } from '../../../tools/testing/expectation.ts'
import { outcomeOf } from '../../../tools/testing/message-outcome.ts'
import { parseTestFile } from '../../../tools/testing/test-file.ts'
import { connectorFiles } from '../../lib/connector-files.ts'

const text = readFileSync('docs/TESTING.md', 'utf8')

/** The first block of a language. */
function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(text)?.[1] ?? ''
}

test('the tests in docs/TESTING.md are of the connector they name, and pass', () => {
  const orders = parseConnector(readFileSync('connectors/orders.json', 'utf8'))
  const tests = parseTestFile(block('json'), orders, 'docs/TESTING.md')
  expect(tests.map(({ message, expect }) => differenceFrom(expect, outcomeOf(orders, message)))).toEqual([undefined, undefined])
})

test('its program, which is one of node:test, passes', () => {
  const testing = new URL('../../../tools/testing/index.ts', import.meta.url).href
  const directory = connectorFiles({
    'orders.test.ts': block('ts').replace('camunda-sqs-bridge/testing', testing),
    'package.json': { type: 'module' },
  })
  const { status, stdout } = spawnSync(process.execPath, [join(directory, 'orders.test.ts')], { encoding: 'utf8' })
  expect(status, stdout).toBe(0)
  expect(stdout).toContain('an order starts the process')
})

test('it names everything that can be expected', () => {
  const named = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
  expect(named).toEqual(Object.keys(expectationSchema.def.shape))
})
