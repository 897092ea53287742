import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JsonObject } from '../../../lambda/json/json.ts'
import { Engine } from '../../../local/camunda/engine.ts'
import { State } from '../../../local/camunda/state.ts'
import {
  boundaryEvent,
  catchEvent,
  type Diagram,
  diagram,
  endEvent,
  eventSubProcess,
  gateway,
  receiveTask,
  serviceTask,
  startEvent,
} from '../../camunda/diagram.ts'

/** What the contract does not say of tokens: where they stop, what fork and loop, and what nests. */

let state: State
let engine: Engine
let incidents: string[]
beforeEach(() => {
  incidents = []
  state = new State(':memory:')
  const onIncident = ({ element, message }: { element: string; message: string }) => void incidents.push(`${element}: ${message}`)
  engine = new Engine(state, { partitions: 1, uniqueBusinessIds: false, onIncident })
})
afterEach(() => state.close())

const TENANT = '<default>'
const MESSAGES = { m: { name: 'paid', correlationKey: '=orderId' } }

function start(parts: Omit<Diagram, 'id'>, variables: JsonObject = {}) {
  engine.deploy([{ name: 'p.bpmn', content: diagram({ id: 'p', messages: MESSAGES, ...parts }) }], TENANT)
  const { key } = engine.createProcessInstance({
    definition: { id: 'p', version: undefined },
    tenant: TENANT,
    variables,
    businessId: undefined,
    tags: [],
  })
  return {
    stateOf: () => state.instance(key)?.state,
    hasIncident: () => state.incidentsOf(key).length > 0,
    cancel: () => engine.cancelProcessInstance(key),
  }
}

/** An event sub-process of the message, with a job. */
const beside = (how: { interrupting: boolean }) =>
  eventSubProcess('Sub', 'm', how, [serviceTask('Inner', 'inner')], [['SubStart', 'Inner']])
const ORDER = { orderId: 'A' }
const publish = (variables: JsonObject = {}, correlationKey = 'A', timeToLive = 60_000) =>
  engine.publishMessage({ name: 'paid', correlationKey, messageId: '', timeToLive, tenant: TENANT, variables })
const jobs = (type: string) => engine.activateJobs({ type, worker: 'w', timeout: 60_000, most: 10, tenants: [TENANT] })
const complete = (type: string, variables: JsonObject = {}) => {
  const [activated] = jobs(type)
  if (!activated) throw new Error(`there is no job ${type}`)
  engine.completeJob(activated.job.key, variables)
}

test('an instance ends when its last token has, and not before: two flows out of a task are two tokens', () => {
  const elements = [startEvent('Start'), serviceTask('A', 'a'), serviceTask('B', 'b'), endEvent('End')]
  const instance = start({
    elements,
    flows: [
      ['Start', 'A'],
      ['Start', 'B'],
      ['A', 'End'],
      ['B', 'End'],
    ],
  })
  complete('a')
  expect(instance.stateOf()).toBe('ACTIVE')
  complete('b')
  expect(instance.stateOf()).toBe('COMPLETED')
})

test('a loop with a task goes round as long as its condition says', () => {
  const elements = [startEvent('Start'), serviceTask('Work', 'w'), gateway('More', 'p-flow-3'), endEvent('End')]
  const instance = start({
    elements,
    flows: [
      ['Start', 'Work'],
      ['Work', 'More'],
      ['More', 'Work', '=n &lt; 3'],
      ['More', 'End'],
    ],
  })
  for (const n of [1, 2, 3]) complete('w', { n })
  expect(instance.stateOf()).toBe('COMPLETED')
})

test.each([
  ['that cannot be evaluated', '=assert(a, false)', /Choice: the condition =assert\(a, false\) cannot be evaluated: /],
  ['that is no boolean', '=1', /Choice: the condition =1 cannot be evaluated: it is no boolean/],
  ['that is not true, where there is no default', '=false', /Choice: no condition is true, and no flow is the default/],
])('a token stays at a gateway with a condition %s, and that is told; then only a cancellation helps', (_name, condition, told) => {
  const elements = [startEvent('Start'), gateway('Choice'), endEvent('End')]
  const instance = start(
    {
      elements,
      flows: [
        ['Start', 'Choice'],
        ['Choice', 'End', condition],
      ],
    },
    { a: 1 },
  )
  expect(incidents).toEqual([expect.stringMatching(told)])
  expect(instance.stateOf()).toBe('ACTIVE')
  instance.cancel()
  expect({ state: instance.stateOf(), hasIncident: instance.hasIncident() }).toEqual({ state: 'TERMINATED', hasIncident: false })
})

test('the default flow is the last choice, wherever it stands', () => {
  const elements = [
    startEvent('Start'),
    gateway('Choice', 'p-flow-1'),
    serviceTask('Otherwise', 'otherwise'),
    serviceTask('Large', 'large'),
  ]
  start(
    {
      elements,
      flows: [
        ['Start', 'Choice'],
        ['Choice', 'Otherwise'],
        ['Choice', 'Large', '=n &gt; 3'],
      ],
    },
    { n: 5 },
  )
  expect(jobs('large')).toHaveLength(1)
  expect(jobs('otherwise')).toEqual([])
})

test('a token ends at a gateway that nothing leaves', () => {
  const instance = start({ elements: [startEvent('Start'), gateway('Choice')], flows: [['Start', 'Choice']] })
  expect(instance.stateOf()).toBe('COMPLETED')
  expect(incidents).toEqual([])
})

test('a key that is a number beyond a double is its digits, too', () => {
  const elements = [startEvent('Start'), catchEvent('Wait', 'm'), endEvent('End')]
  const flows = [
    ['Start', 'Wait'],
    ['Wait', 'End'],
  ] as const
  const instance = start({ elements, flows }, { orderId: 9007199254740993n })
  publish({}, '9007199254740993')
  expect(instance.stateOf()).toBe('COMPLETED')
})

test('a token stays at an event whose message name is a number', () => {
  const messages = { m: { name: '=n', correlationKey: '=n' } }
  const instance = start({ elements: [startEvent('Start'), catchEvent('Wait', 'm')], flows: [['Start', 'Wait']], messages }, { n: 1 })
  expect(incidents).toEqual(['Wait: the message name =n is no text'])
  expect(instance.stateOf()).toBe('ACTIVE')
})

test('a gateway with one flow, which has no condition, is passed', () => {
  const elements = [startEvent('Start'), gateway('Choice'), serviceTask('Work', 'w')]
  const flows = [
    ['Start', 'Choice'],
    ['Choice', 'Work'],
  ] as const
  start({ elements, flows })
  expect(jobs('w')).toHaveLength(1)
})

test('a condition may stand on lines of its own', () => {
  const elements = [startEvent('Start'), gateway('Choice'), serviceTask('Work', 'w')]
  const flows = [
    ['Start', 'Choice'],
    ['Choice', 'Work', '\n  =true\n'],
  ] as const
  start({ elements, flows })
  expect(jobs('w')).toHaveLength(1)
})

test('what several flows lead to begins in the order of the flows', () => {
  const elements = [startEvent('Start'), ...['A', 'B', 'C'].map((id) => serviceTask(id, 'w'))]
  const flows = ['B', 'C', 'A'].map((target) => ['Start', target] as const)
  start({ elements, flows })
  expect(jobs('w').map(({ job }) => job.element)).toEqual(['B', 'C', 'A'])
})

test('what is kept for an event sub-process starts it when its instance begins', () => {
  publish({ n: 1 })
  start({ elements: [startEvent('Start'), serviceTask('Work', 'w'), beside({ interrupting: false })], flows: [['Start', 'Work']] }, ORDER)
  expect(jobs('inner')).toHaveLength(1)
  expect(jobs('w')).toHaveLength(1)
})

test('an instance that has ended starts no event sub-process any more', () => {
  const flows = [['Start', 'Work']] as const
  const instance = start({ elements: [startEvent('Start'), serviceTask('Work', 'w'), beside({ interrupting: false })], flows }, ORDER)
  complete('w')
  expect(instance.stateOf()).toBe('COMPLETED')
  publish()
  expect(jobs('inner')).toEqual([])
})

test('an interrupting event sub-process ends the others of its process, before they begin', () => {
  const messages = { ...MESSAGES, stop: { name: 'stop', correlationKey: '=orderId' } }
  const stopping = eventSubProcess('Stop', 'stop', { interrupting: true }, [serviceTask('Last', 'last')], [['StopStart', 'Last']])
  const elements = [startEvent('Start'), serviceTask('Work', 'w'), beside({ interrupting: false }), stopping]
  start({ elements, flows: [['Start', 'Work']], messages }, ORDER)
  engine.publishMessage({ name: 'stop', correlationKey: 'A', messageId: '', timeToLive: 0, tenant: TENANT, variables: {} })
  publish()
  expect(jobs('last')).toHaveLength(1)
  expect(jobs('inner')).toEqual([])
})

test('a boundary event within an event sub-process leaves within it: what nests there goes on listening', () => {
  const messages = { ...MESSAGES, edge: { name: 'edge', correlationKey: '=orderId' }, again: { name: 'again', correlationKey: '=orderId' } }
  const nested = eventSubProcess('Nested', 'again', { interrupting: false }, [serviceTask('Deep', 'deep')], [['NestedStart', 'Deep']])
  const inner = [
    serviceTask('Inner', 'inner'),
    boundaryEvent('Edge', 'Inner', 'edge', { interrupting: true }),
    serviceTask('After', 'after'),
    nested,
  ]
  const innerFlows = [
    ['SubStart', 'Inner'],
    ['Edge', 'After'],
  ] as const
  const sub = eventSubProcess('Sub', 'm', { interrupting: true }, inner, innerFlows)
  start({ elements: [startEvent('Start'), serviceTask('Work', 'w'), sub], flows: [['Start', 'Work']], messages }, ORDER)
  publish()
  for (const name of ['edge', 'again'])
    engine.publishMessage({ name, correlationKey: 'A', messageId: '', timeToLive: 0, tenant: TENANT, variables: {} })
  expect(jobs('after')).toHaveLength(1)
  expect(jobs('deep')).toHaveLength(1)
})

test('who has got a message is CORRELATED, who has ended without one DELETED, and who goes on listening CREATED', () => {
  const messages = { ...MESSAGES, stop: { name: 'stop', correlationKey: '=orderId' }, last: { name: 'last', correlationKey: '=orderId' } }
  const send = (name: string) =>
    engine.publishMessage({ name, correlationKey: 'A', messageId: '', timeToLive: 0, tenant: TENANT, variables: {} })
  const states = () => Object.fromEntries(state.subscriptions().map(({ element, state }) => [element, state]))
  const elements = [
    startEvent('Start'),
    catchEvent('Wait', 'm'),
    receiveTask('Receive', 'm'),
    boundaryEvent('Edge', 'Receive', 'stop', { interrupting: true }),
    serviceTask('Work', 'w'),
    eventSubProcess('Sub', 'last', { interrupting: true }, [serviceTask('Last', 'last-job')], [['SubStart', 'Last']]),
  ]
  const flows = [
    ['Start', 'Wait'],
    ['Wait', 'Receive'],
    ['Edge', 'Work'],
  ] as const
  start({ elements, flows, messages }, ORDER)
  send('paid')
  expect(states()).toEqual({ Wait: 'CORRELATED', Receive: 'CREATED', Edge: 'CREATED', Sub: 'CREATED' })
  send('stop')
  expect(states()).toEqual({ Wait: 'CORRELATED', Receive: 'DELETED', Edge: 'CORRELATED', Sub: 'CREATED' })
  send('last')
  expect(states()).toEqual({ Wait: 'CORRELATED', Receive: 'DELETED', Edge: 'CORRELATED', Sub: 'CORRELATED' })
})

test.each([
  ['null', {}, 'the correlation key =orderId is null'],
  ['a boolean', { orderId: true }, 'the correlation key =orderId is no text and no number'],
])('a token stays at an event whose key is %s', (_name, variables: JsonObject, told) => {
  const elements = [startEvent('Start'), catchEvent('Wait', 'm'), endEvent('End')]
  const instance = start(
    {
      elements,
      flows: [
        ['Start', 'Wait'],
        ['Wait', 'End'],
      ],
    },
    variables,
  )
  expect(incidents).toEqual([`Wait: ${told}`])
  publish()
  expect(instance.stateOf()).toBe('ACTIVE')
})

test('a boundary event whose key cannot be evaluated keeps its task from having a job', () => {
  const elements = [
    startEvent('Start'),
    serviceTask('Work', 'w'),
    boundaryEvent('Edge', 'Work', 'm', { interrupting: true }),
    endEvent('End'),
  ]
  start({
    elements,
    flows: [
      ['Start', 'Work'],
      ['Work', 'End'],
      ['Edge', 'End'],
    ],
  })
  expect(incidents).toEqual(['Work: the correlation key =orderId is null'])
  expect(jobs('w')).toEqual([])
})

test('an instance with an event sub-process whose key cannot be evaluated does not begin', () => {
  const sub = eventSubProcess('Sub', 'm', { interrupting: true }, [endEvent('SubEnd')], [['SubStart', 'SubEnd']])
  const instance = start({ elements: [startEvent('Start'), serviceTask('Work', 'w'), sub], flows: [['Start', 'Work']] })
  expect(incidents).toEqual(['Start: the correlation key =orderId is null'])
  expect(jobs('w')).toEqual([])
  expect(instance.stateOf()).toBe('ACTIVE')
})

test('a job type may be FEEL; what is no text stops the token', () => {
  const parts = { elements: [startEvent('Start'), serviceTask('Work', '=kind')], flows: [['Start', 'Work']] } as const
  start(parts, { kind: 'confirm' })
  expect(jobs('confirm')).toHaveLength(1)
  start(parts, { kind: 7 })
  expect(incidents).toEqual(['Work: the job type =kind cannot be evaluated: it is no text'])
})

test('a task whose job type cannot be evaluated takes no message that was kept for its boundary', () => {
  const edge = boundaryEvent('Edge', 'Work', 'm', { interrupting: true })
  const elements = [startEvent('Start'), serviceTask('Work', '=kind'), edge, serviceTask('After', 'after')]
  const flows = [
    ['Start', 'Work'],
    ['Edge', 'After'],
  ] as const
  publish()
  start({ elements, flows }, ORDER)
  expect(jobs('after')).toEqual([])
  expect(incidents).toHaveLength(1)
})

test.each([
  ['paid', 'stop', 'paid-job'],
  ['stop', 'paid', 'stop-job'],
])(
  'a receive task with a boundary event of another message is left by %s if that comes first, and hears %s no more',
  (first, second, job) => {
    const messages = { ...MESSAGES, stop: { name: 'stop', correlationKey: '=orderId' } }
    const elements = [
      startEvent('Start'),
      receiveTask('Wait', 'm'),
      boundaryEvent('Edge', 'Wait', 'stop', { interrupting: true }),
      serviceTask('Paid', 'paid-job'),
      serviceTask('Stopped', 'stop-job'),
    ]
    const instance = start(
      {
        elements,
        messages,
        flows: [
          ['Start', 'Wait'],
          ['Wait', 'Paid'],
          ['Edge', 'Stopped'],
        ],
      },
      { orderId: 'A' },
    )
    for (const name of [first, second])
      engine.publishMessage({ name, correlationKey: 'A', messageId: '', timeToLive: 60_000, tenant: TENANT, variables: {} })
    expect([...jobs('paid-job'), ...jobs('stop-job')].map(({ job }) => job.type)).toEqual([job])
    expect(instance.stateOf()).toBe('ACTIVE')
  },
)

test('an interrupting event sub-process ends what is nested in another one, too', () => {
  const messages = { ...MESSAGES, stop: { name: 'stop', correlationKey: '=orderId' } }
  const stopping = eventSubProcess('Stop', 'stop', { interrupting: true }, [endEvent('StopEnd')], [['StopStart', 'StopEnd']])
  const instance = start(
    {
      elements: [startEvent('Start'), serviceTask('Work', 'w'), beside({ interrupting: false }), stopping],
      flows: [['Start', 'Work']],
      messages,
    },
    { orderId: 'A' },
  )
  publish()
  publish()
  const inner = jobs('inner')
  expect(inner).toHaveLength(2)
  engine.publishMessage({ name: 'stop', correlationKey: 'A', messageId: '', timeToLive: 0, tenant: TENANT, variables: {} })
  expect(instance.stateOf()).toBe('COMPLETED')
  expect(jobs('w')).toEqual([])
  for (const { job } of inner) expect(() => engine.completeJob(job.key, {})).toThrow(/NOT_FOUND/)
})

test('an interrupting event sub-process for which a message has been waiting ends what the instance has begun with, and begins once', () => {
  publish({ kept: true })
  const sub = eventSubProcess('Sub', 'm', { interrupting: true }, [serviceTask('Inner', 'inner')], [['SubStart', 'Inner']])
  const instance = start({ elements: [startEvent('Start'), serviceTask('Work', 'w'), sub], flows: [['Start', 'Work']] }, { orderId: 'A' })
  expect(jobs('w')).toEqual([])
  complete('inner')
  expect(instance.stateOf()).toBe('COMPLETED')
})

test('what has been waiting for an event sub-process does not reach an instance that has ended at once', () => {
  publish()
  const sub = eventSubProcess('Sub', 'm', { interrupting: true }, [serviceTask('Inner', 'inner')], [['SubStart', 'Inner']])
  const instance = start({ elements: [startEvent('Start'), endEvent('End'), sub], flows: [['Start', 'End']] }, { orderId: 'A' })
  expect(instance.stateOf()).toBe('COMPLETED')
  expect(jobs('inner')).toEqual([])
})

test('of messages that wait behind a correlation key, each starts an instance when the one before it has ended at once', () => {
  const id = 'chain'
  const elements = [startEvent('ByMessage', 'm'), gateway('Choice', `${id}-flow-2`), serviceTask('Work', 'first'), endEvent('End')]
  const flows = [
    ['ByMessage', 'Choice'],
    ['Choice', 'Work', '=n = 1'],
    ['Choice', 'End'],
  ] as const
  engine.deploy([{ name: 'c.bpmn', content: diagram({ id, elements, flows, messages: MESSAGES }) }], TENANT)
  for (let n = 1; n <= 200; n++) publish({ n })
  expect(state.instances()).toHaveLength(1)
  complete('first')
  expect(state.instances().map((each) => each.state)).toEqual(Array(200).fill('COMPLETED'))
})

test('a message may be kept for longer than a clock can say', () => {
  publish({}, 'A', Number.MAX_SAFE_INTEGER)
  const elements = [startEvent('Start'), catchEvent('Wait', 'm'), endEvent('End')]
  const flows = [
    ['Start', 'Wait'],
    ['Wait', 'End'],
  ] as const
  expect(start({ elements, flows }, { orderId: 'A' }).stateOf()).toBe('COMPLETED')
})

test('an event sub-process within an event sub-process hears messages as long as that one goes on', () => {
  const messages = { ...MESSAGES, again: { name: 'again', correlationKey: '=orderId' } }
  const nested = eventSubProcess('Nested', 'again', { interrupting: false }, [serviceTask('Deep', 'deep')], [['NestedStart', 'Deep']])
  const outer = eventSubProcess('Outer', 'm', { interrupting: true }, [serviceTask('Inner', 'inner'), nested], [['OuterStart', 'Inner']])
  const again = () =>
    engine.publishMessage({ name: 'again', correlationKey: 'A', messageId: '', timeToLive: 0, tenant: TENANT, variables: {} })
  const instance = start(
    { elements: [startEvent('Start'), serviceTask('Work', 'w'), outer], flows: [['Start', 'Work']], messages },
    { orderId: 'A' },
  )
  again()
  publish()
  again()
  expect(jobs('deep')).toHaveLength(1)
  complete('inner')
  expect(instance.stateOf()).toBe('ACTIVE')
  expect(state.firstSubscriptions(TENANT, 'again', 'A')).toHaveLength(1)
})

test('a kept message is given to the next event of another name, and a second event of its name waits for the next one', () => {
  const elements = [startEvent('Start'), catchEvent('One', 'm'), catchEvent('Two', 'm'), endEvent('End')]
  const instance = start(
    {
      elements,
      flows: [
        ['Start', 'One'],
        ['One', 'Two'],
        ['Two', 'End'],
      ],
    },
    { orderId: 'A' },
  )
  publish({ n: 1 })
  expect(instance.stateOf()).toBe('ACTIVE')
  publish({ n: 2 })
  expect(instance.stateOf()).toBe('COMPLETED')
})

test('a command that fails leaves nothing: neither messages nor keys', () => {
  const parts = { elements: [startEvent('Start'), serviceTask('Work', 'w')], flows: [['Start', 'Work']] } as const
  start(parts)
  const before = [state.instances().length, state.setting('counter 1')]
  expect(() => engine.completeJob('1', {})).toThrow(/NOT_FOUND/)
  expect(() =>
    engine.createProcessInstance({
      definition: { id: 'unknown', version: undefined },
      tenant: TENANT,
      variables: {},
      businessId: undefined,
      tags: [],
    }),
  ).toThrow()
  expect([state.instances().length, state.setting('counter 1')]).toEqual(before)
})

test('keys of a partition lie in its own range, instances take partitions in turn, and a correlation key always the same', () => {
  const spread = new Engine(state, { partitions: 5, uniqueBusinessIds: false, onIncident: () => {} })
  const partitionOf = (key: string) => Number(BigInt(key) >> 51n)
  spread.deploy(
    [{ name: 'q.bpmn', content: diagram({ id: 'q', elements: [startEvent('Start'), endEvent('End')], flows: [['Start', 'End']] }) }],
    TENANT,
  )
  const create = () =>
    spread.createProcessInstance({
      definition: { id: 'q', version: undefined },
      tenant: TENANT,
      variables: {},
      businessId: undefined,
      tags: [],
    })
  expect(Array.from({ length: 6 }, () => partitionOf(create().key))).toEqual([1, 2, 3, 4, 5, 1])
  const send = (correlationKey: string) =>
    partitionOf(spread.publishMessage({ name: 'm', correlationKey, messageId: '', timeToLive: 0, tenant: TENANT, variables: {} }))
  expect(send('A')).toBe(send('A'))
  expect(new Set(Array.from({ length: 40 }, (_, n) => send(`key ${n}`))).size).toBe(5)
})
