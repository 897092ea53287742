import { expect } from 'vitest'
import { bpmnProcess } from '../../support/bpmn.ts'
import { bySource, type Claim, documented, SEEN_ON_8_6_0 } from '../claim.ts'
import type { Cluster, Job } from '../cluster.ts'
import { boundaryEvent, catchEvent, diagram, endEvent, eventSubProcess, receiveTask, serviceTask, startEvent } from '../diagram.ts'

const MESSAGES = '“Messages”'
const EVENTS = '“Message events”'
/** Milliseconds: longer than any claim takes. */
const HOUR = 3_600_000

/** A process that the message of its own name starts, and which comes to a job of that name. */
async function startedByMessage(cluster: Cluster): Promise<string> {
  const id = cluster.name('started')
  await cluster.deploy(bpmnProcess({ id, start: { kind: 'message', messageName: id }, jobType: id }))
  return id
}

/** A process that waits for the message of its own name with the key in `orderId`, and then comes to a job of that name. */
async function waiting(cluster: Cluster): Promise<string> {
  const id = cluster.name('waiting')
  await cluster.deploy(bpmnProcess({ id, waitsFor: { messageName: id, correlationKey: '=orderId' }, jobType: id }))
  return id
}

/** A job `id-task`, with a boundary event of the message `id` before a job `id-after`. */
async function withBoundary(cluster: Cluster, interrupting: boolean): Promise<string> {
  const id = cluster.name('boundary')
  const elements = [
    startEvent('Start'),
    serviceTask('Task', `${id}-task`),
    boundaryEvent('Boundary', 'Task', 'm', { interrupting }),
    serviceTask('After', `${id}-after`),
    endEvent('End'),
  ]
  const flows = [
    ['Start', 'Task'],
    ['Task', 'End'],
    ['Boundary', 'After'],
  ] as const
  await cluster.deploy(diagram({ id, elements, flows, messages: { m: { name: id, correlationKey: '=orderId' } } }))
  return id
}

/** A job `id-task`, with an event sub-process of the message `id` that holds a job `id-inner`. */
async function withEventSubProcess(cluster: Cluster, interrupting: boolean): Promise<string> {
  const id = cluster.name('event-sub-process')
  const inner = eventSubProcess(
    'Sub',
    'm',
    { interrupting },
    [serviceTask('Inner', `${id}-inner`), endEvent('InnerEnd')],
    [
      ['SubStart', 'Inner'],
      ['Inner', 'InnerEnd'],
    ],
  )
  const elements = [startEvent('Start'), serviceTask('Task', `${id}-task`), endEvent('End'), inner]
  const flows = [
    ['Start', 'Task'],
    ['Task', 'End'],
  ] as const
  await cluster.deploy(diagram({ id, elements, flows, messages: { m: { name: id, correlationKey: '=orderId' } } }))
  return id
}

const numbersIn = (jobs: readonly Job[]) => jobs.map(({ variables }) => variables.n).toSorted()

export const messages: readonly Claim[] = [
  {
    name: 'a publication is a success with a key, whether anybody waits for the message or not',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      expect(await cluster.publish(cluster.name('nobody'))).toMatch(/^\d+$/)
    },
  },
  {
    name: 'a second message with its name, key and id is ALREADY_EXISTS (409) as long as the first one is kept',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const name = cluster.name('twice')
      const message = { name, correlationKey: 'k', messageId: 'x', timeToLive: HOUR }
      expect(await cluster.post('messages/publication', message)).toMatchObject({ status: 200 })
      expect(await cluster.post('messages/publication', message)).toMatchObject({ status: 409, title: 'ALREADY_EXISTS' })
    },
  },
  {
    name: 'also when the first one has started an instance that has ended',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const id = await startedByMessage(cluster)
      const message = { name: id, messageId: 'x', timeToLive: HOUR }
      await cluster.post('messages/publication', message)
      await cluster.complete((await cluster.job(id)).jobKey)
      expect(await cluster.post('messages/publication', message)).toMatchObject({ status: 409, title: 'ALREADY_EXISTS' })
    },
  },
  {
    name: 'another name, another key, another id or no id is no duplicate',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const message = { name: cluster.name('twice'), correlationKey: 'k', messageId: 'x', timeToLive: HOUR }
      for (const more of [
        {},
        { name: cluster.name('other') },
        { correlationKey: 'other' },
        { messageId: 'other' },
        { messageId: '' },
        { messageId: '' },
      ])
        expect(await cluster.post('messages/publication', { ...message, ...more })).toMatchObject({ status: 200 })
    },
  },
  {
    name: 'a message without a time to live is not known any more: its id can be used again at once',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const message = { name: cluster.name('twice'), messageId: 'x', timeToLive: 0 }
      expect(await cluster.post('messages/publication', message)).toMatchObject({ status: 200 })
      const again = () => cluster.post('messages/publication', message)
      await cluster.eventually(again, ({ status }) => status === 200)
    },
  },
  {
    name: 'an id can be used again when the time to live is over, and within a minute after that',
    seen: `${documented(MESSAGES)}; the minute by the engine’s default for its checker`,
    async holds(cluster) {
      const message = { name: cluster.name('twice'), messageId: 'x', timeToLive: 5_000 }
      await cluster.post('messages/publication', message)
      expect(await cluster.post('messages/publication', message)).toMatchObject({ status: 409 })
      const again = () => cluster.post('messages/publication', message)
      await cluster.eventually(again, ({ status }) => status === 200, 90_000)
    },
  },
  {
    name: 'a message without a name is 400',
    seen: bySource('Camunda’s tests of the API'),
    async holds(cluster) {
      expect(await cluster.post('messages/publication', { correlationKey: 'k' })).toMatchObject({ status: 400 })
    },
  },
  {
    name: 'a message start event starts an instance with the message’s variables, with and without a correlation key',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const id = await startedByMessage(cluster)
      await cluster.publish(id, { variables: { n: 1 } })
      await cluster.publish(id, { variables: { n: 2 }, correlationKey: 'k' })
      expect(numbersIn(await cluster.jobs(id, 2))).toEqual([1, 2])
    },
  },
  {
    name: 'without a correlation key each message starts an instance',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const id = await startedByMessage(cluster)
      for (const n of [1, 2, 3]) await cluster.publish(id, { variables: { n }, timeToLive: HOUR })
      expect(numbersIn(await cluster.jobs(id, 3))).toEqual([1, 2, 3])
    },
  },
  {
    name: 'with a correlation key there is one active instance; what is kept meanwhile starts the next ones, the oldest first',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const id = await startedByMessage(cluster)
      for (const n of [1, 2, 3]) await cluster.publish(id, { correlationKey: 'k', variables: { n }, timeToLive: HOUR })
      for (const n of [1, 2, 3]) {
        const job = await cluster.job(id)
        expect(job.variables).toEqual({ n })
        await cluster.noJob(id)
        if (n === 2) await cluster.sdk.cancelProcessInstance({ processInstanceKey: job.processInstanceKey })
        else await cluster.complete(job.jobKey)
      }
    },
  },
  {
    name: 'with a correlation key, a message without a time to live that meets an active instance is gone',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const id = await startedByMessage(cluster)
      await cluster.publish(id, { correlationKey: 'k', variables: { n: 1 } })
      const job = await cluster.job(id)
      await cluster.publish(id, { correlationKey: 'k', variables: { n: 2 } })
      await cluster.complete(job.jobKey)
      await cluster.noJob(id)
    },
  },
  {
    name: 'a message starts an instance of each process whose start event has its name',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const name = cluster.name('shared')
      const ids = [cluster.name('one'), cluster.name('other')]
      for (const id of ids) await cluster.deploy(bpmnProcess({ id, start: { kind: 'message', messageName: name }, jobType: id }))
      await cluster.publish(name)
      for (const id of ids) await cluster.job(id)
    },
  },
  {
    name: 'the latest version alone listens for messages that start it',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const [id, before, after] = [cluster.name('process'), cluster.name('before'), cluster.name('after')]
      for (const messageName of [before, after])
        await cluster.deploy(bpmnProcess({ id, start: { kind: 'message', messageName }, jobType: id }))
      await cluster.publish(before)
      await cluster.noJob(id)
      await cluster.publish(after)
      await cluster.job(id)
    },
  },
  {
    name: 'a message that was published before its process was deployed starts nothing',
    seen: `${documented(EVENTS)}; camunda/camunda#3444`,
    async holds(cluster) {
      const id = cluster.name('started')
      await cluster.publish(id, { timeToLive: HOUR })
      await cluster.deploy(bpmnProcess({ id, start: { kind: 'message', messageName: id }, jobType: id }))
      await cluster.noJob(id)
    },
  },
  {
    name: 'an intermediate catch event gets the message with its key, and no other; its variables go to the instance',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const id = await waiting(cluster)
      for (const orderId of ['A', 'B']) await cluster.start(id, { orderId })
      await cluster.publish(id, { correlationKey: 'B', variables: { paid: 7 } })
      expect((await cluster.job(id)).variables).toEqual({ orderId: 'B', paid: 7 })
      await cluster.noJob(id)
    },
  },
  {
    name: 'a key that is a number is its digits',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const id = await waiting(cluster)
      await cluster.start(id, { orderId: 4567 })
      await cluster.publish(id, { correlationKey: '4567', timeToLive: HOUR })
      await cluster.job(id)
    },
  },
  {
    name: 'a message that comes before anybody waits for it is kept as long as its time to live, the oldest is given first',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const id = await waiting(cluster)
      for (const n of [1, 2]) await cluster.publish(id, { correlationKey: 'A', variables: { n }, timeToLive: HOUR })
      await cluster.publish(id, { correlationKey: 'B', variables: { n: 3 } })
      for (const n of [1, 2]) {
        await cluster.start(id, { orderId: 'A' })
        expect((await cluster.job(id)).variables).toEqual({ orderId: 'A', n })
      }
      await cluster.start(id, { orderId: 'B' })
      await cluster.noJob(id)
    },
  },
  {
    name: 'of the waiting instances of a process one gets the message; each process gets it',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const name = cluster.name('shared')
      const ids = [cluster.name('one'), cluster.name('other')]
      for (const id of ids) {
        await cluster.deploy(bpmnProcess({ id, waitsFor: { messageName: name, correlationKey: '=orderId' }, jobType: id }))
        for (const orderId of ['A', 'A']) await cluster.start(id, { orderId })
      }
      await cluster.publish(name, { correlationKey: 'A', timeToLive: HOUR })
      for (const id of ids) {
        await cluster.job(id)
        await cluster.noJob(id)
      }
    },
  },
  {
    name: 'a process that waits for a message is not started by the same one',
    seen: documented(MESSAGES),
    async holds(cluster) {
      const id = cluster.name('both')
      const elements = [startEvent('Start'), startEvent('ByMessage', 'm'), catchEvent('Wait', 'm'), serviceTask('Work', id)]
      const flows = [
        ['Start', 'Wait'],
        ['ByMessage', 'Work'],
        ['Wait', 'Work'],
      ] as const
      await cluster.deploy(diagram({ id, elements, flows, messages: { m: { name: id, correlationKey: '=orderId' } } }))
      const processInstanceKey = await cluster.start(id, { orderId: 'A' })
      await cluster.publish(id, { correlationKey: 'A' })
      expect(await cluster.job(id)).toMatchObject({ processInstanceKey })
      await cluster.noJob(id)
    },
  },
  {
    name: 'a receive task gets its message',
    seen: documented('“Receive tasks”'),
    async holds(cluster) {
      const id = cluster.name('receive')
      const elements = [startEvent('Start'), receiveTask('Receive', 'm'), serviceTask('Work', id), endEvent('End')]
      const flows = [
        ['Start', 'Receive'],
        ['Receive', 'Work'],
        ['Work', 'End'],
      ] as const
      await cluster.deploy(diagram({ id, elements, flows, messages: { m: { name: id, correlationKey: '=orderId' } } }))
      await cluster.start(id, { orderId: 'A' })
      await cluster.publish(id, { correlationKey: 'A', variables: { paid: 7 }, timeToLive: HOUR })
      expect((await cluster.job(id)).variables).toEqual({ orderId: 'A', paid: 7 })
    },
  },
  {
    name: 'an interrupting boundary event ends its task: the job is gone',
    seen: documented(EVENTS),
    async holds(cluster) {
      const id = await withBoundary(cluster, true)
      await cluster.start(id, { orderId: 'A' })
      const { jobKey } = await cluster.job(`${id}-task`)
      await cluster.publish(id, { correlationKey: 'A', variables: { late: true }, timeToLive: HOUR })
      expect((await cluster.job(`${id}-after`)).variables).toEqual({ orderId: 'A', late: true })
      expect(await cluster.post(`jobs/${jobKey}/completion`, {})).toMatchObject({ status: 404, title: 'NOT_FOUND' })
    },
  },
  {
    name: 'a non-interrupting boundary event leaves its task, and takes each message as long as the task is there',
    seen: documented(EVENTS),
    async holds(cluster) {
      const id = await withBoundary(cluster, false)
      await cluster.publish(id, { correlationKey: 'A', variables: { n: 1 }, timeToLive: HOUR })
      await cluster.publish(id, { correlationKey: 'A', variables: { n: 2 }, timeToLive: HOUR })
      await cluster.start(id, { orderId: 'A' })
      await cluster.jobs(`${id}-after`, 2)
      await cluster.publish(id, { correlationKey: 'A', variables: { n: 3 }, timeToLive: HOUR })
      await cluster.job(`${id}-after`)
      await cluster.complete((await cluster.job(`${id}-task`)).jobKey)
      await cluster.publish(id, { correlationKey: 'A', variables: { n: 4 }, timeToLive: HOUR })
      await cluster.noJob(`${id}-after`)
    },
  },
  {
    name: 'an interrupting event sub-process ends all else in its process',
    seen: documented('“Event sub-processes”'),
    async holds(cluster) {
      const id = await withEventSubProcess(cluster, true)
      await cluster.start(id, { orderId: 'A' })
      const { jobKey } = await cluster.job(`${id}-task`)
      await cluster.publish(id, { correlationKey: 'A', variables: { stop: true }, timeToLive: HOUR })
      expect((await cluster.job(`${id}-inner`)).variables).toEqual({ orderId: 'A', stop: true })
      expect(await cluster.post(`jobs/${jobKey}/completion`, {})).toMatchObject({ status: 404 })
      await cluster.publish(id, { correlationKey: 'A', timeToLive: HOUR })
      await cluster.noJob(`${id}-inner`)
    },
  },
  {
    name: 'a non-interrupting event sub-process goes on beside the process, once for each message; the instance ends with the last of them',
    seen: documented('“Event sub-processes”'),
    async holds(cluster) {
      const id = await withEventSubProcess(cluster, false)
      const processInstanceKey = await cluster.start(id, { orderId: 'A' })
      for (const n of [1, 2]) await cluster.publish(id, { correlationKey: 'A', variables: { n }, timeToLive: HOUR })
      const inner = await cluster.jobs(`${id}-inner`, 2)
      await cluster.complete((await cluster.job(`${id}-task`)).jobKey)
      for (const { jobKey } of inner) await cluster.complete(jobKey)
      const cancel = () => cluster.post(`process-instances/${processInstanceKey}/cancellation`, {})
      expect(await cluster.eventually(cancel, ({ status }) => status === 404)).toMatchObject({ title: 'NOT_FOUND' })
    },
  },
]
