import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { digestOf } from '../../lambda/checked-connector.ts'
import { type Deployed, LiveConfiguration } from '../../lambda/configuration.ts'
import { LAST_GOOD_MAX_AGE } from '../../lambda/core/mapping-step.ts'

const CONNECTOR = '/camunda-sqs-bridge/orders/connector'
const FILTER = '/camunda-sqs-bridge/orders/filter'
const PATH = '/camunda-sqs-bridge/camunda/'
const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:camunda-AbC123'

function connectorText(bpmnProcessId: string, rest: object = {}) {
  return JSON.stringify({ elements: [{ elementId: 'E', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId } }], ...rest })
}

/** A parameter store which is as the test says, without a cache of its own. */
function store(connector: string | Error, filter = '[]', deployed: Partial<Deployed> = {}) {
  const state = {
    connector,
    filter: filter as string | Error | undefined,
    camunda: { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1:1' } as Record<string, string> | Error,
    secret: undefined as string | Error | undefined,
    asked: [] as unknown[],
    version: 1 as number | undefined,
  }
  const rejections: { message: string; inForce: boolean }[] = []
  const pending: boolean[] = []
  const configuration = new LiveConfiguration({
    parameters: {
      get: (async (name: string, options: unknown) => {
        state.asked.push([name, options])
        const value = name === FILTER ? state.filter : state.connector
        if (value instanceof Error) throw value
        return value
      }) as never,
      getMultiple: (async (path: string, options: unknown) => {
        state.asked.push([path, options])
        if (state.camunda instanceof Error) throw state.camunda
        return state.camunda
      }) as never,
    },
    secrets: {
      get: async (arn) => {
        state.asked.push(arn)
        if (state.secret instanceof Error) throw state.secret
        return state.secret
      },
    },
    connectorParameter: CONNECTOR,
    filterParameter: FILTER,
    versionOf: () => state.version,
    deployed: { functionTimeout: 900, hasIdempotencyTable: false, hasDeadLetterQueue: false, ...deployed },
    onRejected: ({ message }, inForce) => rejections.push({ message, inForce }),
    onPending: (_, inForce) => pending.push(inForce),
  })
  return { state, rejections, pending, configuration }
}

const processOf = ({ connector }: Awaited<ReturnType<LiveConfiguration['current']>>) => connector.elements[0]?.correlationPoint

describe('the configuration', () => {
  test('is the connector’s parameter, then the filter’s, and the connection’s parameters by path, decrypted', async () => {
    const { state, configuration } = store(connectorText('order'))
    expect(processOf(await configuration.current())).toMatchObject({ bpmnProcessId: 'order' })
    expect(state.asked).toEqual([
      [CONNECTOR, undefined],
      [FILTER, undefined],
      [PATH, { decrypt: true }],
    ])
  })

  test('takes the connection from the path which the connector names', async () => {
    const { state, configuration } = store(connectorText('order', { camunda: '/other/cluster/' }))
    await configuration.current()
    expect(state.asked[2]).toMatchObject(['/other/cluster/', {}])
  })

  test('takes the connection from the secret which the connector names, and follows its rotation with a client of its own', async () => {
    const { state, rejections, configuration } = store(connectorText('order', { camunda: { secretArn: SECRET_ARN } }))
    state.secret = '{"CAMUNDA_REST_ADDRESS": "http://127.0.0.1:1", "CAMUNDA_OAUTH_TIMEOUT_MS": 3000}'
    const { camunda } = await configuration.current()
    expect(state.asked[2]).toBe(SECRET_ARN)
    expect((await configuration.current()).camunda).toBe(camunda)
    state.secret = '{"CAMUNDA_REST_ADDRESS": "http://127.0.0.1:2"}'
    expect((await configuration.current()).camunda).not.toBe(camunda)
    expect(rejections).toEqual([])
  })

  // biome-ignore format: a table
  test.each<[string, string | Error | undefined, string | RegExp]>([
    ['is denied',                   new Error('AccessDeniedException'),                           'AccessDeniedException'],
    ['has no text',                 undefined,                                                    `${SECRET_ARN} has no text`],
    ['is no JSON',                  's3cret',                                                     /^the secret holds no JSON object/],
    ['is a list',                   '["s3cret"]',                                                 /^the secret holds no JSON object/],
    ['has something else in it',    '{"CAMUNDA_REST_ADDRESS": {"s3cret": 1}, "OTHER": null}',     'of the secret CAMUNDA_REST_ADDRESS, OTHER must be a text'],
    ['lacks a setting',             '{"CAMUNDA_CLIENT_ID": "s3cret"}',                            /CAMUNDA_REST_ADDRESS is missing/],
  ])('stays the last good one where its secret %s, and tells nothing of it', async (_, secret, message) => {
    const { state, rejections, configuration } = store(connectorText('order', { camunda: { secretArn: SECRET_ARN } }))
    state.secret = '{"CAMUNDA_REST_ADDRESS": "http://127.0.0.1:1"}'
    const good = await configuration.current()
    state.secret = secret
    state.connector = connectorText('return', { camunda: { secretArn: SECRET_ARN } })
    const current = await configuration.current()
    expect(processOf(current)).toMatchObject({ bpmnProcessId: 'return' })
    expect(current.camunda).toBe(good.camunda)
    expect(rejections).toEqual([{ message: expect.stringMatching(message), inForce: true }])
    expect(rejections[0]?.message).not.toContain('s3cret')
  })

  test('stays the last good one as a whole where the new connector’s secret cannot be read', async () => {
    const { state, configuration } = store(connectorText('order', { camunda: { secretArn: SECRET_ARN } }))
    state.secret = '{"CAMUNDA_REST_ADDRESS": "http://127.0.0.1:1"}'
    const good = await configuration.current()
    state.connector = connectorText('return', { camunda: { secretArn: SECRET_ARN.replace('camunda', 'another') } })
    state.secret = new Error('AccessDeniedException')
    expect(await configuration.current()).toEqual(good)
  })

  test('waits for a deployment where it has a bucket from which the function may not read yet', async () => {
    const large = (bucket: string) => connectorText('order', { queue: { largePayloads: { bucket } } })
    const { state, rejections, configuration } = store(large('bodies'), '[]', { payloadBucket: 'bodies' })
    expect(await configuration.current()).toMatchObject({
      connector: { queue: { largePayloads: { bucket: 'bodies', maximumSize: 2_097_152 } } },
    })
    state.connector = large('others')
    expect(await configuration.current()).toMatchObject({ connector: { queue: { largePayloads: { bucket: 'bodies' } } } })
    expect(rejections).toEqual([{ message: expect.stringMatching(/largePayloads of others.*: deploy the connector/), inForce: true }])
  })

  test('whose text was checked at the deployment is taken as it is, and any other is checked whole', async () => {
    const text = connectorText('order', { queue: { maxReceiveCount: 7 } })
    const { state, rejections, configuration } = store(text, '[]', { checkedConnector: digestOf(text) })
    expect(await configuration.current()).toMatchObject({ connector: { queue: { maxReceiveCount: 7 }, function: { requestTimeout: 10 } } })
    state.connector = connectorText('order', { queue: { maxReceiveCount: 0 }, eventSource: { batchSize: 'many' } })
    expect(await configuration.current()).toMatchObject({ connector: { queue: { maxReceiveCount: 7 } } })
    expect(rejections).toEqual([
      { message: expect.stringMatching(/maxReceiveCount: found 0[\s\S]*batchSize: found "many"/), inForce: true },
    ])
    state.connector = connectorText('return')
    expect(processOf(await configuration.current())).toMatchObject({ bpmnProcessId: 'return' })
  })

  test('is checked whole where nobody has, or something else was checked', async () => {
    for (const checkedConnector of [undefined, digestOf(connectorText('other'))]) {
      const { rejections, configuration } = store('{"elements":[]}', '[]', { checkedConnector })
      await expect(configuration.current()).rejects.toThrow('at least one element')
      expect(rejections).toHaveLength(1)
    }
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
    ['a faulty connector',           (state) => { state.connector = '{"elements": []}' },                  '/camunda-sqs-bridge/orders/connector has an error'],
    ['a connector that is no JSON',  (state) => { state.connector = '{' },                                 'expected a JSON object'],
    ['a throttled parameter store',  (state) => { state.connector = new Error('ThrottlingException') },    'ThrottlingException'],
    ['an unreadable filter',         (state) => { state.filter = new Error('ThrottlingException') },       'ThrottlingException'],
    ['no filter parameter',          (state) => { state.filter = undefined },                              'holds no list of filter patterns'],
    ['a filter that is none',        (state) => { state.filter = '{"a": ["b"]}' },                         'holds no list of filter patterns'],
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

  test('stays the last good one as a whole where the new connector’s connection cannot be read: elements of one cluster are not sent to another', async () => {
    const { state, rejections, configuration } = store(connectorText('order'))
    const good = await configuration.current()
    state.connector = connectorText('order-of-another-cluster', { camunda: '/other/cluster/' })
    state.camunda = new Error('AccessDenied')
    expect(await configuration.current()).toEqual(good)
    expect(rejections).toEqual([{ message: 'AccessDenied', inForce: true }])
  })

  test('is the new connector with the client it has had where only the same connection cannot be read', async () => {
    const { state, configuration } = store(connectorText('order'))
    const { camunda } = await configuration.current()
    state.connector = connectorText('return')
    state.camunda = new Error('ThrottlingException')
    const current = await configuration.current()
    expect(processOf(current)).toMatchObject({ bpmnProcessId: 'return' })
    expect(current.camunda).toBe(camunda)
  })

  test('refuses an edit whose requests would outlast the function as it was deployed', async () => {
    const { state, rejections, configuration } = store(connectorText('order'), '[]', { functionTimeout: 30 })
    const good = await configuration.current()
    state.connector = connectorText('order', { function: { timeout: 120, requestTimeout: 60 } })
    expect(await configuration.current()).toEqual(good)
    expect(rejections).toEqual([{ message: expect.stringContaining('deployed with a timeout of 30'), inForce: true }])
  })

  test.each([
    ['idempotency', 'dynamodb', 'there is no table yet'],
    ['invalidInput', 'deadLetter', 'may not send to the dead-letter queue yet'],
  ])('whose %s asks for what only a deployment brings is refused, saying so', async (property, value, why) => {
    const { state, rejections, configuration } = store(connectorText('order'))
    const good = await configuration.current()
    state.connector = connectorText('other', { [property]: value })
    expect(await configuration.current()).toEqual(good)
    expect(rejections).toEqual([{ message: expect.stringContaining(why), inForce: true }])
    const deployed = { hasIdempotencyTable: true, hasDeadLetterQueue: true }
    expect(processOf(await store(connectorText('other', { [property]: value }), '[]', deployed).configuration.current())).toMatchObject({
      bpmnProcessId: 'other',
    })
  })

  test('is told with the version of its parameter, also where only that has changed', async () => {
    const { state, configuration } = store(connectorText('order'))
    expect(await configuration.current()).toMatchObject({ configurationVersion: 1 })
    state.version = 2
    expect(await configuration.current()).toMatchObject({ configurationVersion: 2 })
  })

  describe('whose conditions need a filter that lets more through', () => {
    const consuming = (type: string) =>
      connectorText('order').replace(
        '"elementId"',
        `"activationCondition": "messageAttributes.type.stringValue = \\"${type}\\" and body.n > 1", "consumeUnmatchedEvents": true, "elementId"`,
      )
    const condition = async (configuration: LiveConfiguration) => (await configuration.current()).connector.elements[0]?.activationCondition
    const filterOf = (...types: string[]) => JSON.stringify(types.map((type) => ({ messageAttributes: { type: { stringValue: [type] } } })))

    test('waits while the last good one stays active, which is no rejection', async () => {
      const { state, rejections, pending, configuration } = store(consuming('A'), filterOf('A'))
      const good = await configuration.current()
      state.connector = consuming('B')
      expect(await configuration.current()).toEqual(good)
      expect({ rejections, pending }).toEqual({ rejections: [], pending: [true] })
    })

    test.each([
      ['that pattern among others', filterOf('A', 'B')],
      ['everything', '[]'],
    ])('is active when the event-source mapping lets through %s', async (_, filter) => {
      const { state, pending, configuration } = store(consuming('A'), filterOf('A'))
      await configuration.current()
      Object.assign(state, { connector: consuming('B'), filter })
      expect(await condition(configuration)).toContain('"B"')
      expect(pending).toEqual([])
    })

    test('waits from the start: no configuration is active', async () => {
      const { rejections, pending, configuration } = store(consuming('A'), filterOf('B'))
      await expect(configuration.current()).rejects.toThrow('waiting for the event-source mapping')
      expect({ rejections, pending }).toEqual({ rejections: [], pending: [false] })
    })

    test('waits for no filter at all where unmatched events are not consumed', async () => {
      const { state, pending, configuration } = store(consuming('A'), filterOf('A'))
      await configuration.current()
      state.connector = consuming('A')
        .replace('"consumeUnmatchedEvents":true', '"consumeUnmatchedEvents":false')
        .replace('"consumeUnmatchedEvents": true', '"consumeUnmatchedEvents": false')
      await configuration.current()
      expect(pending).toEqual([true])
      state.filter = '[]'
      expect((await configuration.current()).connector.elements[0]?.consumeUnmatchedEvents).toBe(false)
    })

    test.each([
      ['connector', { connector: new Error('ThrottlingException') }],
      [
        'connection of another cluster',
        { connector: consuming('B').replace('{', '{"camunda": "/other/",'), camunda: new Error('AccessDenied') },
      ],
    ])('does not keep a last good one active either which the mapping has given up, where the %s cannot be read', async (_, unreadable) => {
      const { state, rejections, configuration } = store(consuming('A'), filterOf('A'))
      await configuration.current()
      Object.assign(state, { filter: filterOf('B') }, unreadable)
      await expect(configuration.current()).rejects.toThrow()
      state.filter = filterOf('A', 'B')
      expect(await condition(configuration)).toContain('"A"')
      expect(rejections.length).toBeGreaterThan(0)
    })

    test('does not keep a last good one active which the mapping has given up meanwhile', async () => {
      const { state, pending, configuration } = store(consuming('A'), filterOf('A'))
      await configuration.current()
      Object.assign(state, { connector: consuming('C'), filter: filterOf('B') })
      await expect(configuration.current()).rejects.toThrow('waiting')
      state.connector = consuming('A')
      await expect(configuration.current()).rejects.toThrow('waiting')
      expect(pending).toEqual([false, false])
    })

    test('is active at once where only what the function decides has changed', async () => {
      const { state, rejections, configuration } = store(consuming('A'), filterOf('A'))
      await configuration.current()
      state.connector = consuming('A').replace('body.n > 1', 'body.n > 2')
      expect(await condition(configuration)).toContain('body.n > 2')
      expect(rejections).toEqual([])
    })
  })

  describe('where it is the last good one', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
    afterEach(() => void vi.useRealTimers())
    const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000)
    const faulty = '{"elements": []}'
    const throttled = new Error('ThrottlingException')

    // biome-ignore format: a table
    test.each([
      ['connector',  { connector: throttled }],
      ['filter',     { filter: throttled }],
      ['filter, which is none,', { filter: '{}' }],
      ['connection', { camunda: throttled }],
    ])('stays so for twenty minutes in which the %s cannot be read, and is none from then on, until it can', async (_, unreadable) => {
      const { state, rejections, configuration } = store(connectorText('order'))
      const good = await configuration.current()
      const readable = { ...state }
      Object.assign(state, unreadable)
      for (const minutes of [1, 9, 10]) {
        later(minutes * 60)
        expect(await configuration.current()).toEqual(good)
      }
      later(1)
      await expect(configuration.current()).rejects.toThrow()
      expect(rejections.map(({ inForce }) => inForce)).toEqual([true, true, true, false])
      Object.assign(state, readable)
      expect(await configuration.current()).toEqual(good)
    })

    test('is none for an execution environment which was frozen over an edit, and whose first read fails', async () => {
      const { state, configuration } = store(connectorText('old'))
      await configuration.current()
      later(2 * 3_600)
      state.connector = throttled
      await expect(configuration.current()).rejects.toThrow('ThrottlingException')
      later(11)
      state.connector = connectorText('new')
      expect(processOf(await configuration.current())).toMatchObject({ bpmnProcessId: 'new' })
    })

    test('counts from when all of it could be read, not from when some of it could', async () => {
      const { state, configuration } = store(connectorText('order'))
      await configuration.current()
      for (const unreadable of ['connector', 'filter', 'camunda', 'connector'] as const) {
        const readable = { ...state }
        Object.assign(state, { [unreadable]: throttled })
        later(300)
        await configuration.current()
        Object.assign(state, readable)
      }
      later(1)
      state.filter = throttled
      await expect(configuration.current()).rejects.toThrow('ThrottlingException')
    })

    test('stays so for as long as its successor is faulty', async () => {
      const { state, configuration } = store(connectorText('order'))
      const good = await configuration.current()
      Object.assign(state, { connector: faulty, version: 2 })
      for (let hour = 0; hour < 5; hour++) {
        later(LAST_GOOD_MAX_AGE)
        expect(await configuration.current()).toEqual(good)
      }
    })

    test('does not stay so where a version was missed before the faulty one, which others may go by', async () => {
      const { state, configuration } = store(connectorText('order'))
      await configuration.current()
      Object.assign(state, { connector: faulty, version: 3 })
      later(LAST_GOOD_MAX_AGE)
      await configuration.current()
      later(1)
      await expect(configuration.current()).rejects.toThrow('has an error')
    })

    test('gives way to one that waited, and was followed by a faulty one before it was taken over here', async () => {
      const consuming = (type: string) =>
        connectorText(type).replace(
          '"elementId"',
          `"activationCondition": "messageAttributes.type.stringValue = \\"${type}\\"", "consumeUnmatchedEvents": true, "elementId"`,
        )
      const filterOf = (...types: string[]) =>
        JSON.stringify(types.map((type) => ({ messageAttributes: { type: { stringValue: [type] } } })))
      const { state, configuration } = store(consuming('A'), filterOf('A'))
      await configuration.current()
      Object.assign(state, { connector: consuming('B'), version: 2 })
      expect(processOf(await configuration.current())).toMatchObject({ bpmnProcessId: 'A' })
      Object.assign(state, { connector: faulty, version: 3, filter: filterOf('A', 'B') })
      expect(processOf(await configuration.current())).toMatchObject({ bpmnProcessId: 'B' })
    })
  })
})
