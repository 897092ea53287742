import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { LiveConfiguration } from '../../lambda/configuration.ts'

const CONNECTOR = '/camunda-sqs-bridge/orders/connector'
const PATH = '/camunda-sqs-bridge/camunda/'

function connectorText(bpmnProcessId: string, rest: object = {}) {
  return JSON.stringify({ elements: [{ elementId: 'E', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId } }], ...rest })
}

/** A parameter store which is as the test says, without a cache of its own. */
function store(connector: string | Error, filterDigest?: string) {
  const state = {
    connector,
    camunda: { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1:1' } as Record<string, string> | Error,
    asked: [] as unknown[],
  }
  const rejections: { message: string; inForce: boolean }[] = []
  const configuration = new LiveConfiguration({
    parameters: {
      get: (async (name: string, options: unknown) => {
        state.asked.push([name, options])
        if (state.connector instanceof Error) throw state.connector
        return state.connector
      }) as never,
      getMultiple: (async (path: string, options: unknown) => {
        state.asked.push([path, options])
        if (state.camunda instanceof Error) throw state.camunda
        return state.camunda
      }) as never,
    },
    connectorParameter: CONNECTOR,
    filterDigest,
    onRejected: ({ message }, inForce) => rejections.push({ message, inForce }),
  })
  return { state, rejections, configuration }
}

const digestOf = (patterns: unknown) => createHash('sha256').update(JSON.stringify(patterns)).digest('hex')
const processOf = ({ connector }: Awaited<ReturnType<LiveConfiguration['current']>>) => connector.elements[0]?.correlationPoint

describe('the configuration', () => {
  test('is the connector’s parameter and the connection’s parameters by path, decrypted, cached for a minute', async () => {
    const { state, configuration } = store(connectorText('order'))
    expect(processOf(await configuration.current())).toMatchObject({ bpmnProcessId: 'order' })
    expect(state.asked).toEqual([
      [CONNECTOR, { maxAge: 60 }],
      [PATH, { maxAge: 60, decrypt: true }],
    ])
  })

  test('takes the connection from the path which the connector names', async () => {
    const { state, configuration } = store(connectorText('order', { camunda: '/other/cluster/' }))
    await configuration.current()
    expect(state.asked[1]).toMatchObject(['/other/cluster/', {}])
  })

  test('follows an edit', async () => {
    const { state, configuration } = store(connectorText('order'))
    await configuration.current()
    state.connector = connectorText('return')
    expect(processOf(await configuration.current())).toMatchObject({ bpmnProcessId: 'return' })
  })

  test('keeps the client while the connection is the same, and builds a new one when it changes', async () => {
    const { state, configuration } = store(connectorText('order'))
    const { camunda } = await configuration.current()
    expect((await configuration.current()).camunda).toBe(camunda)
    state.camunda = { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1:2' }
    expect((await configuration.current()).camunda).not.toBe(camunda)
  })

  // biome-ignore format: a table
  const FAULTS: [string, (state: ReturnType<typeof store>['state']) => void, string][] = [
    ['a faulty connector',           (state) => { state.connector = '{"elements": []}' },                  '/camunda-sqs-bridge/orders/connector has a fault'],
    ['a connector that is no JSON',  (state) => { state.connector = '{' },                                 'expected a JSON object'],
    ['a throttled parameter store',  (state) => { state.connector = new Error('ThrottlingException') },    'ThrottlingException'],
    ['a connection without address', (state) => { state.camunda = {} },                                    'CAMUNDA_REST_ADDRESS is missing'],
    ['an unreadable connection',     (state) => { state.camunda = new Error('AccessDenied') },             'AccessDenied'],
  ]
  for (const [name, spoil, message] of FAULTS) {
    test(`stays the last good one with ${name}, saying so`, async () => {
      const { state, rejections, configuration } = store(connectorText('order'))
      const good = await configuration.current()
      spoil(state)
      expect(await configuration.current()).toEqual(good)
      expect(rejections).toEqual([{ message: expect.stringContaining(message), inForce: true }])
    })

    test(`is none with ${name} from the start`, async () => {
      const { state, rejections, configuration } = store(connectorText('order'))
      spoil(state)
      await expect(configuration.current()).rejects.toThrow(message)
      expect(rejections).toEqual([{ message: expect.stringContaining(message), inForce: false }])
    })
  }

  describe('whose conditions need another filter than the deployed one', () => {
    const consuming = (type: string) =>
      connectorText('order').replace(
        '"elementId"',
        `"activationCondition": "messageAttributes.type.stringValue = \\"${type}\\" and body.n > 1", "consumeUnmatchedEvents": true, "elementId"`,
      )
    const deployed = digestOf([{ messageAttributes: { type: { stringValue: ['A'] } } }])

    test('is refused: Lambda would go on deleting what it now wants', async () => {
      const { state, rejections, configuration } = store(consuming('A'), deployed)
      const good = await configuration.current()
      state.connector = consuming('B')
      expect(await configuration.current()).toEqual(good)
      expect(rejections).toEqual([{ message: expect.stringContaining('deploy it'), inForce: true }])
    })

    test('is in force where only what the function decides has changed', async () => {
      const { state, rejections, configuration } = store(consuming('A'), deployed)
      await configuration.current()
      state.connector = consuming('A').replace('body.n > 1', 'body.n > 2')
      expect((await configuration.current()).connector.elements[0]?.activationCondition).toContain('body.n > 2')
      expect(rejections).toEqual([])
    })
  })
})
