import { AssertionError } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { ConnectorConfigurationError } from '../../../lambda/core/connector-faults.ts'
import { type Expectation, expectOutcome, outcomeOf, type TestMessage } from '../../../tools/testing/index.ts'
import { connectorFiles } from '../../lib/connector-files.ts'

const ORDERS = 'connectors/orders.json'
const order: TestMessage = { body: { id: 'A-1', amount: 5 }, messageAttributes: { type: 'OrderPlaced' } }

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

test('what is as expected gives the whole outcome', () => {
  const { variables, command } = expectOutcome(ORDERS, order, { outcome: 'ProcessInstanceCreated', variablesInclude: { orderId: 'A-1' } })
  expect(variables?.order).toEqual({ id: 'A-1', amount: 5 })
  expect(command).toMatchObject({ kind: 'createProcessInstance', bpmnProcessId: 'example-order' })
})

test('what is not is an AssertionError with both, of which a runner shows the difference', () => {
  const error = thrownBy(() => expectOutcome(ORDERS, order, { variablesInclude: { orderId: 'A-2' } }))
  expect(error).toBeInstanceOf(AssertionError)
  expect(error).toMatchObject({
    expected: { variablesInclude: { orderId: 'A-2' } },
    actual: { variablesInclude: { orderId: 'A-1' } },
    message: expect.stringContaining('-     "orderId": "A-2"\n+     "orderId": "A-1"'),
  })
  expect((error as Error).stack?.split('\n').find((line) => line.startsWith('    at '))).toContain('testing.test.ts')
})

test('a connector is a file, its URL, or what a file says', () => {
  const elements = [{ elementId: 'E', correlationPoint: { kind: 'createProcessInstance' as const, bpmnProcessId: 'p' } }]
  for (const connector of [ORDERS, pathToFileURL(ORDERS), { elements }])
    expect(outcomeOf(connector, order).outcome).toBe('ProcessInstanceCreated')
})

test('the clock and chance are those which are asked for', () => {
  const connector = {
    elements: [
      {
        elementId: 'E',
        correlationPoint: { kind: 'createProcessInstance' as const, bpmnProcessId: 'p' },
        resultExpression: '={ day: today(), chance: random number() }',
      },
    ],
  }
  expect(outcomeOf(connector, { body: 1 }).variables).toEqual({ day: '2026-01-01', chance: 0.5 })
  for (const now of ['2027-02-03T00:00:00Z', new Date(Date.UTC(2027, 1, 3)), Date.UTC(2027, 1, 3)])
    expect(outcomeOf(connector, { body: 1 }, { now, random: () => 0.25 }).variables).toEqual({ day: '2027-02-03', chance: 0.25 })
  expect(() => outcomeOf(connector, { body: 1 }, { now: 'soon' })).toThrow('options.now: found soon')
})

// biome-ignore format: a table
test.each<[string, unknown, unknown, RegExp]>([
  ['a message without a body',   {},                                     { outcome: 'InvalidInput' }, /^The message is invalid:\n {2}\(all of it\): found {}; expected a message with its body/],
  ['a property that is none',    order,                                  { outcom: 'InvalidInput' },  /^What is expected is invalid:\n {2}outcom: found an unknown property; expected “outcome”/],
  ['no expectation',             order,                                  {},                          /expected at least one expectation/],
  ['nothing that is expected',   order,                                  undefined,                   /^expectOutcome takes what is expected for its third argument; outcomeOf/],
  ['several errors, all at once', { body: 1, messageAttributes: { a: true, b: null } }, { filteredOut: true }, /messageAttributes\.a: .*\n {2}messageAttributes\.b: /],
])('%s is an error of the test, and no difference', (_what, message, expected, error) => {
  const thrown = thrownBy(() => expectOutcome(ORDERS, message as TestMessage, expected as Expectation))
  expect(thrown).toBeInstanceOf(TypeError)
  expect((thrown as Error).message).toMatch(error)
})

test('an invalid connector is told with all its faults', () => {
  expect(() => outcomeOf({ elements: [] }, order)).toThrow(ConnectorConfigurationError)
})

test('Node’s own test runner shows the difference', () => {
  const directory = connectorFiles({})
  const file = join(directory, 'orders.test.mjs')
  writeFileSync(
    file,
    `import { test } from 'node:test'
import { expectOutcome } from ${JSON.stringify(new URL('../../../tools/testing/index.ts', import.meta.url).href)}
test('an order', () => expectOutcome('connectors/orders.json', ${JSON.stringify(order)}, { variablesInclude: { orderId: 'A-2' } }))
`,
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', file], { encoding: 'utf8', env })
  expect(status).toBe(1)
  expect(stdout).toContain(`-     "orderId": "A-2"`)
  expect(stdout).toContain(`+     "orderId": "A-1"`)
})
