import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { differencesFromFile, toConnectorFile } from '../../lib/live-connector.ts'
import { type ParameterStore, startParameterStore } from '../../local/parameter-store.ts'
import { connectorFiles, orderPlaced } from './connector-files.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const PARAMETER = '/camunda-sqs-bridge/orders/connector'
const file = { $schema: './other.schema.json', eventSource: { batchSize: 5 }, elements: [orderPlaced] }
const live = { eventSource: { batchSize: 7 }, elements: [orderPlaced] }

test('a connector’s file keeps its $schema, and one that is new gets it', () => {
  expect(toConnectorFile(JSON.stringify(live), JSON.stringify(file))).toBe(
    `${JSON.stringify({ $schema: './other.schema.json', ...live }, null, 2)}\n`,
  )
  expect(JSON.parse(toConnectorFile(JSON.stringify(live), undefined)).$schema).toBe('./connector.schema.json')
})

test('the differences are told by line, with what is around them', () => {
  expect(differencesFromFile(JSON.stringify(live), JSON.stringify(file))).toBe(
    ['  {', '    "eventSource": {', '-     "batchSize": 5', '+     "batchSize": 7', '    },', '    "elements": ['].join('\n'),
  )
})

test('neither layout nor $schema nor the order of keys is a difference', () => {
  expect(differencesFromFile(JSON.stringify({ b: 1, a: 'ü' }), '\uFEFF{ "$schema": "x", "a": "\\u00fc", "b": 1 }')).toBeUndefined()
})

describe('npm run pull', () => {
  let parameters: ParameterStore
  beforeEach(async () => {
    parameters = await startParameterStore({ [PARAMETER]: JSON.stringify(live) })
  })
  afterEach(() => parameters.stop())

  async function pull(directory: string, ...args: string[]) {
    const child = spawn(process.execPath, ['bin/pull.ts', '--connectors', directory, ...args], {
      cwd: project,
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL_SSM: parameters.url,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'x',
        AWS_SECRET_ACCESS_KEY: 'x',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const exit = new Promise((resolve) => child.once('close', resolve))
    const [out, error, code] = await Promise.all([text(child.stdout), text(child.stderr), exit])
    return { code, out, error }
  }

  test('writes what the parameter says into the file, after which --check finds no difference', async () => {
    const directory = connectorFiles({ 'orders.json': file })
    expect(await pull(directory, 'orders', '--check')).toMatchObject({ code: 1, out: expect.stringContaining('+     "batchSize": 7') })
    expect(JSON.parse(readFileSync(join(directory, 'orders.json'), 'utf8'))).toEqual(file)
    expect(await pull(directory, 'orders')).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(join(directory, 'orders.json'), 'utf8'))).toEqual({ ...file, eventSource: { batchSize: 7 } })
    expect(await pull(directory, 'orders', '--check')).toMatchObject({ code: 0 })
  })

  test('leaves the file alone where the parameter is faulty, and names the faults', async () => {
    parameters.parameters.set(PARAMETER, '{"elements": []}')
    const directory = connectorFiles({ 'orders.json': file })
    expect(await pull(directory, 'orders')).toMatchObject({ code: 1, error: expect.stringContaining('elements: found []') })
    expect(JSON.parse(readFileSync(join(directory, 'orders.json'), 'utf8'))).toEqual(file)
  })

  test('--check finds nothing against a connector that is not deployed', async () => {
    expect(await pull(connectorFiles({ 'new.json': file }), 'new', '--check')).toMatchObject({ code: 0 })
  })

  test('tells how it is used', async () => {
    expect(await pull(connectorFiles({}))).toMatchObject({ code: 2, error: expect.stringContaining('npm run pull -- NAME') })
  })
})
