import { expect } from 'vitest'
import { bpmnProcess } from '../../support/bpmn.ts'
import { type Claim, documented, SEEN_ON_8_6_0 } from '../claim.ts'
import type { Cluster } from '../cluster.ts'
import { diagram, endEvent, serviceTask, startEvent } from '../diagram.ts'

async function withJob(cluster: Cluster, variables: object = {}): Promise<string> {
  const id = cluster.name('job')
  await cluster.deploy(bpmnProcess({ id, jobType: id }))
  await cluster.start(id, { ...variables })
  return id
}

export const jobs: readonly Claim[] = [
  {
    name: 'a job is one worker’s until its time is over, and then another’s',
    seen: documented('“Job workers”'),
    async holds(cluster) {
      const type = await withJob(cluster)
      const [first] = await cluster.activate(type, { timeout: 8_000, requestTimeout: 5_000 })
      expect(first).toBeDefined()
      await cluster.noJob(type)
      expect(await cluster.job(type)).toMatchObject({ jobKey: first?.jobKey })
    },
  },
  {
    name: 'an activation waits for a job as long as it says',
    seen: documented('“Job workers”, long polling'),
    async holds(cluster) {
      const id = cluster.name('job')
      await cluster.deploy(bpmnProcess({ id, jobType: id }))
      const waiting = cluster.activate(id, { requestTimeout: 15_000 })
      await cluster.start(id)
      expect(await waiting).toHaveLength(1)
    },
  },
  {
    name: 'a completed job’s variables go to the instance, which goes on; it cannot be completed again (404 NOT_FOUND)',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const id = cluster.name('process')
      const elements = [startEvent('Start'), serviceTask('One', `${id}-one`), serviceTask('Two', `${id}-two`), endEvent('End')]
      await cluster.deploy(
        diagram({
          id,
          elements,
          flows: [
            ['Start', 'One'],
            ['One', 'Two'],
            ['Two', 'End'],
          ],
        }),
      )
      await cluster.start(id, { a: 1, b: 1 })
      const { jobKey } = await cluster.job(`${id}-one`)
      await cluster.complete(jobKey, { b: 2, c: 3 })
      expect((await cluster.job(`${id}-two`)).variables).toEqual({ a: 1, b: 2, c: 3 })
      expect(await cluster.post(`jobs/${jobKey}/completion`, {})).toMatchObject({ status: 404, title: 'NOT_FOUND' })
    },
  },
  {
    name: 'a job has the headers and retries of its task, and the variables that are asked for',
    seen: documented('“Job workers”'),
    async holds(cluster) {
      const id = cluster.name('process')
      const headers = '<zeebe:taskHeaders><zeebe:header key="colour" value="blue" /></zeebe:taskHeaders>'
      await cluster.deploy(diagram({ id, elements: [startEvent('Start'), serviceTask('Work', id, headers)], flows: [['Start', 'Work']] }))
      await cluster.start(id, { a: 1, b: 2 })
      const [job] = await cluster.activate(id, { fetchVariable: ['b'], requestTimeout: 10_000 })
      expect(job).toMatchObject({ customHeaders: { colour: 'blue' }, retries: 3, variables: { b: 2 }, elementId: 'Work' })
      expect(job?.variables).not.toHaveProperty('a')
    },
  },
  {
    name: 'a job that failed comes again as long as it has retries; without one its instance waits for a person, and it is INVALID_STATE (409)',
    seen: documented('“Job workers”, failing a job'),
    async holds(cluster) {
      const type = await withJob(cluster)
      const { jobKey } = await cluster.job(type)
      await cluster.post(`jobs/${jobKey}/failure`, { retries: 1, errorMessage: 'once more' })
      expect(await cluster.job(type)).toMatchObject({ jobKey, retries: 1 })
      await cluster.post(`jobs/${jobKey}/failure`, { retries: 0, errorMessage: 'no more' })
      await cluster.noJob(type)
      expect(await cluster.post(`jobs/${jobKey}/completion`, {})).toMatchObject({ status: 409, title: 'INVALID_STATE' })
    },
  },
]
