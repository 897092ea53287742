import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Engine, type PublishMessage } from '../../../local/camunda/engine.ts'
import { State } from '../../../local/camunda/state.ts'
import { catchEvent, diagram, endEvent, serviceTask, startEvent } from '../../camunda/diagram.ts'
import { bpmnProcess } from '../../support/bpmn.ts'

/** What the contract does not say of commands: tenants side by side, what a restart finds, and what is refused. */

const HOUR = 3_600_000

let state: State
let incidents: string[]
beforeEach(() => {
  incidents = []
  state = new State(':memory:')
})
afterEach(() => {
  vi.useRealTimers()
  state.close()
})

/** An engine on the data that there is. */
function engineOn({ partitions = 1, uniqueBusinessIds = false } = {}): Engine {
  const onIncident = ({ element, message }: { element: string; message: string }) => void incidents.push(`${element}: ${message}`)
  return new Engine(state, { partitions, uniqueBusinessIds, onIncident })
}

const deploy = (engine: Engine, content: string, tenant = 'acme') => engine.deploy([{ name: 'a.bpmn', content }], tenant)
const create = (
  engine: Engine,
  id: string,
  { tenant = 'acme', businessId, orderId = 'A' }: Partial<Record<'tenant' | 'businessId' | 'orderId', string>> = {},
) => engine.createProcessInstance({ definition: { id, version: undefined }, tenant, variables: { orderId }, businessId, tags: [] })
const publish = (engine: Engine, message: Partial<PublishMessage> = {}) =>
  engine.publishMessage({ name: 'go', correlationKey: '', messageId: '', timeToLive: HOUR, tenant: 'acme', variables: {}, ...message })
const jobs = (engine: Engine, type: string, { tenants = ['acme'], timeout = HOUR, most = 10 } = {}) =>
  engine.activateJobs({ type, worker: 'w', timeout, most, tenants })

const STARTED = bpmnProcess({ id: 'p', start: { kind: 'message', messageName: 'go' }, jobType: 'j' })
const WAITING = bpmnProcess({ id: 'p', waitsFor: { messageName: 'go', correlationKey: '=orderId' }, jobType: 'j' })
const PLAIN = bpmnProcess({ id: 'p', jobType: 'j' })

describe('of two tenants', () => {
  test('each has the versions of its processes for itself', () => {
    const engine = engineOn()
    deploy(engine, PLAIN)
    deploy(engine, bpmnProcess({ id: 'p', jobType: 'other' }))
    expect(deploy(engine, PLAIN, 'beta').definitions).toMatchObject([{ version: 1, tenant: 'beta' }])
    create(engine, 'p', { tenant: 'beta' })
    expect(jobs(engine, 'j', { tenants: ['beta'] })).toHaveLength(1)
  })

  test('one does not reach a process of the other by its key', () => {
    const engine = engineOn()
    const key = deploy(engine, PLAIN).definitions[0]?.key ?? ''
    const command = { definition: { key }, variables: {}, businessId: undefined, tags: [] }
    expect(() => engine.createProcessInstance({ ...command, tenant: 'beta' })).toThrow(/NOT_FOUND/)
    expect(engine.createProcessInstance({ ...command, tenant: 'acme' })).toMatchObject({ process: 'p' })
  })

  test('a message starts the process of its own alone, also after the other has deployed it', () => {
    const engine = engineOn()
    for (const tenant of ['acme', 'beta']) deploy(engine, STARTED, tenant)
    publish(engine)
    publish(engine, { tenant: 'beta' })
    expect(jobs(engine, 'j')).toHaveLength(1)
    expect(jobs(engine, 'j', { tenants: ['beta'] })).toHaveLength(1)
  })

  test('an active instance of one keeps no message of the other from starting its own, and its end starts none of the other', () => {
    const engine = engineOn()
    for (const tenant of ['acme', 'beta']) deploy(engine, STARTED, tenant)
    for (const tenant of ['acme', 'beta', 'beta']) publish(engine, { tenant, correlationKey: 'k' })
    const [job] = jobs(engine, 'j')
    expect(jobs(engine, 'j', { tenants: ['beta'] })).toHaveLength(1)
    engine.completeJob(job?.job.key ?? '', {})
    expect(jobs(engine, 'j', { tenants: ['acme', 'beta'] })).toEqual([])
    expect(state.instances().map(({ tenant, state }) => [tenant, state])).toEqual([
      ['acme', 'COMPLETED'],
      ['beta', 'ACTIVE'],
    ])
  })

  test('who waits gets no message of the other, neither one that comes nor one that was kept', () => {
    const engine = engineOn()
    for (const tenant of ['acme', 'beta']) deploy(engine, WAITING, tenant)
    publish(engine, { tenant: 'beta', correlationKey: 'A' })
    create(engine, 'p')
    publish(engine, { tenant: 'beta', correlationKey: 'A' })
    expect(jobs(engine, 'j')).toEqual([])
  })

  test('an id of a message is known in its own alone', () => {
    const engine = engineOn()
    publish(engine, { messageId: 'x' })
    publish(engine, { messageId: 'x', tenant: 'beta' })
    expect(() => publish(engine, { messageId: 'x' })).toThrow(/ALREADY_EXISTS/)
  })

  test('a name that is blocked is so in its own alone', () => {
    const engine = engineOn()
    for (const tenant of ['acme', 'beta']) deploy(engine, STARTED, tenant)
    publish(engine, { variables: { text: 'x'.repeat(2_200_000) } })
    expect(() => publish(engine)).toThrow(/more than one step/)
    publish(engine, { tenant: 'beta' })
    expect(jobs(engine, 'j', { tenants: ['acme', 'beta'] }).map(({ instance }) => instance.tenant)).toEqual(['beta'])
  })
})

test('what another engine has left goes on where it was: keys, processes of several to a file, and what a message has started', () => {
  const [, ...rest] = diagram({ id: 'p', elements: [startEvent('Start'), serviceTask('Work', 'first')], flows: [['Start', 'Work']] }).split(
    '<bpmn:process',
  )
  const two = diagram({ id: 'q', elements: [startEvent('Begin'), serviceTask('Do', 'second')], flows: [['Begin', 'Do']] }).replace(
    '<bpmn:process',
    `<bpmn:process${rest.join('').split('</bpmn:definitions>')[0]}<bpmn:process`,
  )
  deploy(engineOn(), two)
  deploy(engineOn(), STARTED.replaceAll('"p"', '"started"'))
  publish(engineOn(), { messageId: 'x' })
  create(engineOn(), 'q')
  create(engineOn(), 'p')
  for (const type of ['first', 'second', 'j']) expect(jobs(engineOn(), type)).toHaveLength(1)
  expect(() => publish(engineOn(), { messageId: 'x' })).toThrow(/ALREADY_EXISTS/)
  const keys = [...state.definitions(), ...state.instances()].map(({ key }) => BigInt(key))
  expect(new Set(keys).size).toBe(keys.length)
})

test('a command that fails takes no keys: the next one has those which it would have had', () => {
  const engine = engineOn()
  deploy(engine, PLAIN)
  const first = publish(engine, { messageId: 'x' })
  expect(() => publish(engine, { messageId: 'x' })).toThrow()
  vi.spyOn(state, 'addInstance').mockImplementationOnce(() => {
    throw new Error('the disk is full')
  })
  expect(() => create(engine, 'p')).toThrow('the disk is full')
  expect(BigInt(publish(engine))).toBe(BigInt(first) + 1n)
})

test('of a command that fails half way nothing is kept', () => {
  const engine = engineOn()
  deploy(engine, STARTED)
  vi.spyOn(state, 'addElementInstance').mockImplementationOnce(() => {
    throw new Error('the disk is full')
  })
  expect(() => publish(engine, { messageId: 'x' })).toThrow('the disk is full')
  expect(state.instances()).toEqual([])
  publish(engine, { messageId: 'x' })
  expect(state.instances()).toHaveLength(1)
})

test('a definition has the name of its process, or none', () => {
  const engine = engineOn()
  expect(deploy(engine, PLAIN).definitions).toMatchObject([{ name: null }])
  expect(deploy(engine, PLAIN.replace('id="p"', 'id="p" name="Order"')).definitions).toMatchObject([{ name: 'Order', version: 2 }])
  expect(deploy(engine, PLAIN).definitions).toMatchObject([{ name: null, version: 3 }])
  expect(state.definitionById('acme', 'p')).toMatchObject({ version: 3 })
})

test('what was kept without a key before there was its process is not started when another instance ends', () => {
  const engine = engineOn()
  publish(engine)
  deploy(engine, STARTED)
  publish(engine)
  engine.completeJob(jobs(engine, 'j')[0]?.job.key ?? '', {})
  expect(state.instances()).toHaveLength(1)
})

test('of the messages by which a process can be started the oldest starts the next instance, whatever its name', () => {
  const engine = engineOn()
  const elements = [startEvent('One', 'm'), startEvent('Other', 'n'), serviceTask('Work', 'j')]
  const flows = [
    ['One', 'Work'],
    ['Other', 'Work'],
  ] as const
  deploy(engine, diagram({ id: 'p', elements, flows, messages: { m: { name: 'go' }, n: { name: 'run' } } }))
  publish(engine, { correlationKey: 'k', variables: { n: 1 } })
  publish(engine, { correlationKey: 'k', variables: { n: 2 }, name: 'run' })
  publish(engine, { correlationKey: 'k', variables: { n: 3 } })
  engine.completeJob(jobs(engine, 'j')[0]?.job.key ?? '', {})
  expect(state.instances().map(({ variables }) => JSON.parse(variables))).toEqual([{ n: 1 }, { n: 2 }])
})

test('several processes are deployed as they were, or all of them have a new version', () => {
  const engine = engineOn()
  const resources = (jobType: string) => [
    { name: 'p.bpmn', content: PLAIN },
    { name: 'q.bpmn', content: bpmnProcess({ id: 'q', jobType }) },
  ]
  const versions = (jobType: string) => engine.deploy(resources(jobType), 'acme').definitions.map(({ version }) => version)
  expect([versions('a'), versions('a'), versions('b')]).toEqual([
    [1, 1],
    [1, 1],
    [2, 2],
  ])
})

test('what has no executable process is not deployed', () => {
  expect(() => deploy(engineOn(), PLAIN.replace('isExecutable="true"', 'isExecutable="false"'))).toThrow(/there is no executable process/)
})

test('a process that is no longer started by a message is not started by it', () => {
  const engine = engineOn()
  deploy(engine, STARTED)
  deploy(engine, PLAIN)
  publish(engine)
  expect(state.instances()).toEqual([])
})

test('a message start event whose name is an expression is started by its value', () => {
  const engine = engineOn()
  deploy(engine, STARTED.replace('name="go"', 'name="=&#34;g&#34; + &#34;o&#34;"'))
  publish(engine)
  expect(jobs(engine, 'j')).toHaveLength(1)
})

test('a creation begins at the none start event, wherever it stands', () => {
  const engine = engineOn()
  const elements = [startEvent('ByMessage', 'm'), startEvent('Start'), serviceTask('Other', 'other'), serviceTask('Work', 'j')]
  const flows = [
    ['ByMessage', 'Other'],
    ['Start', 'Work'],
  ] as const
  deploy(engine, diagram({ id: 'p', elements, flows, messages: { m: { name: 'go' } } }))
  create(engine, 'p')
  expect(jobs(engine, 'other')).toEqual([])
  expect(jobs(engine, 'j')).toHaveLength(1)
})

test('business ids are unique where that is asked for, among active instances, and the same for several elsewhere', () => {
  const lax = engineOn()
  deploy(lax, PLAIN)
  for (const _ of [1, 2]) create(lax, 'p', { businessId: 'A' })
  const strict = engineOn({ uniqueBusinessIds: true })
  expect(() => create(strict, 'p', { businessId: 'A' })).toThrow(/ALREADY_EXISTS/)
  create(strict, 'p', { businessId: 'B' })
  create(strict, 'p')
  create(strict, 'p')
})

test('an instance that a creation has begun keeps no message with a key from starting one, nor is one waited for at its end', () => {
  const engine = engineOn()
  const elements = [startEvent('Start'), startEvent('ByMessage', 'm'), serviceTask('Work', 'j'), endEvent('End')]
  const flows = [
    ['Start', 'Work'],
    ['ByMessage', 'Work'],
    ['Work', 'End'],
  ] as const
  deploy(engine, diagram({ id: 'p', elements, flows, messages: { m: { name: 'go' } } }))
  create(engine, 'p')
  publish(engine, { correlationKey: 'k' })
  publish(engine)
  expect(jobs(engine, 'j')).toHaveLength(3)
})

test('an instance that ends as it begins leaves its key to the message that comes after it', () => {
  const engine = engineOn()
  const elements = [startEvent('ByMessage', 'm'), catchEvent('Wait', 'n')]
  const flows = [['ByMessage', 'Wait']] as const
  deploy(engine, diagram({ id: 'p', elements, flows, messages: { m: { name: 'go' }, n: { name: 'on', correlationKey: '=n' } } }))
  for (const n of ['1', '2', '3']) publish(engine, { correlationKey: 'k', variables: { n } })
  for (const n of ['2', '1']) publish(engine, { name: 'on', correlationKey: n })
  expect(state.instances().map(({ variables, state }) => [JSON.parse(variables).n, state])).toEqual([
    ['1', 'COMPLETED'],
    ['2', 'COMPLETED'],
    ['3', 'ACTIVE'],
  ])
})

describe('in time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z'), toFake: ['Date'] })
  })
  const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

  test('a message is kept to the end of its time to live, and not beyond, with what was noted of it', () => {
    const engine = engineOn()
    deploy(engine, STARTED)
    publish(engine, { messageId: 'x', timeToLive: 1_000 })
    pass(999)
    expect(() => publish(engine, { messageId: 'x', timeToLive: 1_000 })).toThrow(/ALREADY_EXISTS/)
    pass(1)
    publish(engine, { messageId: 'x', timeToLive: 0 })
    publish(engine, { messageId: 'x', timeToLive: 0 })
    expect(jobs(engine, 'j')).toHaveLength(3)
  })

  test('who comes to wait after the time to live gets nothing', () => {
    const engine = engineOn()
    deploy(engine, WAITING)
    publish(engine, { correlationKey: 'A', timeToLive: 1_000 })
    pass(1_000)
    create(engine, 'p')
    expect(jobs(engine, 'j')).toEqual([])
  })

  test('a job is held until its deadline, and one that failed waits as long as its worker says', () => {
    const engine = engineOn()
    deploy(engine, PLAIN)
    create(engine, 'p')
    const [first] = jobs(engine, 'j', { timeout: 1_000 })
    pass(999)
    expect(jobs(engine, 'j')).toEqual([])
    pass(1)
    expect(jobs(engine, 'j')).toMatchObject([{ job: { key: first?.job.key, worker: 'w', deadline: Date.now() + HOUR } }])
    engine.failJob(first?.job.key ?? '', { retries: 1, errorMessage: '', backOff: 500 })
    pass(499)
    expect(jobs(engine, 'j')).toEqual([])
    pass(1)
    expect(jobs(engine, 'j')).toMatchObject([{ job: { retries: 1 } }])
  })

  test('an instance has ended when it did, and a subscription is as old as its last change', () => {
    const engine = engineOn()
    deploy(engine, WAITING)
    const { key } = create(engine, 'p')
    const begun = Date.now()
    expect(state.subscriptions()).toMatchObject([{ updated: begun }])
    pass(10)
    publish(engine, { correlationKey: 'A' })
    expect(state.subscriptions()).toMatchObject([{ updated: begun + 10 }])
    pass(10)
    engine.cancelProcessInstance(key)
    expect(state.instance(key)).toMatchObject({ started: begun, ended: begun + 20 })
  })
})

test.each([
  ['with its worker’s reason', 'no such account', 'no such account'],
  ['and without one', '', 'there are no retries left'],
])('a job that has failed for good is told of, %s', (_name, errorMessage, told) => {
  const engine = engineOn()
  deploy(engine, PLAIN)
  const { key } = create(engine, 'p')
  const [job] = jobs(engine, 'j')
  engine.failJob(job?.job.key ?? '', { retries: 1, errorMessage, backOff: 0 })
  expect(incidents).toEqual([])
  engine.failJob(job?.job.key ?? '', { retries: 0, errorMessage, backOff: 0 })
  expect(incidents).toEqual([`Work: ${told}`])
  expect(state.incidentsOf(key)).toHaveLength(1)
})

test('a job begins with the retries of its task', () => {
  const engine = engineOn()
  deploy(engine, PLAIN.replace('type="j"', 'type="j" retries="5"'))
  create(engine, 'p')
  expect(jobs(engine, 'j')).toMatchObject([{ job: { retries: 5 } }])
})

test('the oldest jobs are given first, and no more than are asked for', () => {
  const engine = engineOn()
  deploy(engine, PLAIN)
  const keys = [1, 2, 3].map(() => create(engine, 'p').key)
  expect(jobs(engine, 'j', { most: 2 }).map(({ instance }) => instance.key)).toEqual(keys.slice(0, 2))
})

test('of those who wait for a message with one key the first gets it', () => {
  const engine = engineOn()
  deploy(engine, WAITING)
  const [first] = [create(engine, 'p'), create(engine, 'p')]
  publish(engine, { correlationKey: 'A' })
  expect(jobs(engine, 'j').map(({ instance }) => instance.key)).toEqual([first?.key])
})

test('an instance that has ended cannot be cancelled', () => {
  const engine = engineOn()
  deploy(engine, PLAIN)
  const { key } = create(engine, 'p')
  engine.completeJob(jobs(engine, 'j')[0]?.job.key ?? '', {})
  expect(() => engine.cancelProcessInstance(key)).toThrow(/NOT_FOUND/)
  expect(state.instance(key)).toMatchObject({ state: 'COMPLETED' })
})
