import { expect } from 'vitest'
import { bpmnProcess } from '../../support/bpmn.ts'
import { bySource, type Claim, documented, SEEN_ON_8_6_0 } from '../claim.ts'
import type { Cluster } from '../cluster.ts'
import { diagram, endEvent, gateway, serviceTask, startEvent } from '../diagram.ts'

/** A process which comes to a job of its own name. */
async function deployed(cluster: Cluster): Promise<string> {
  const id = cluster.name('process')
  await cluster.deploy(bpmnProcess({ id, jobType: id }))
  return id
}

export const processInstances: readonly Claim[] = [
  {
    name: 'an instance of the latest version is created, and executes the process with its variables',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const id = cluster.name('process')
      await cluster.deploy(bpmnProcess({ id, jobType: 'never' }))
      await cluster.deploy(bpmnProcess({ id, jobType: id }))
      const variables = { order: { id: 'A', list: [1, null, 'x'], text: 'é😀"' }, amount: 129.9, big: true, nothing: null }
      const processInstanceKey = await cluster.start(id, variables)
      expect(await cluster.job(id)).toMatchObject({ processInstanceKey, variables, elementId: 'Work' })
    },
  },
  {
    name: 'of a certain version, where one is named; one that there is not is NOT_FOUND (404)',
    seen: documented('“Create process instance”'),
    async holds(cluster) {
      const id = cluster.name('process')
      await cluster.deploy(bpmnProcess({ id, jobType: id }))
      await cluster.deploy(bpmnProcess({ id, jobType: 'never' }))
      await cluster.start(id, {}, { processDefinitionVersion: 1 })
      await cluster.job(id)
      const answer = await cluster.post('process-instances', { processDefinitionId: id, processDefinitionVersion: 3 })
      expect(answer).toMatchObject({ status: 404, title: 'NOT_FOUND' })
    },
  },
  {
    name: 'the answer says process, version, tenant and keys, and no variables',
    seen: documented('“Create process instance”; the variables by Camunda’s own tests of the API'),
    async holds(cluster) {
      const id = await deployed(cluster)
      expect(await cluster.sdk.createProcessInstance({ processDefinitionId: id, variables: { a: 1 } } as never)).toMatchObject({
        processDefinitionId: id,
        processDefinitionVersion: 1,
        tenantId: '<default>',
        processInstanceKey: expect.stringMatching(/^\d+$/),
        processDefinitionKey: expect.stringMatching(/^\d+$/),
        variables: {},
      })
    },
  },
  {
    name: 'keys are numbers of JSON',
    seen: SEEN_ON_8_6_0,
    until: '8.6',
    async holds(cluster) {
      const { text } = await cluster.post('process-instances', { processDefinitionId: await deployed(cluster) })
      expect(text).toMatch(/"processInstanceKey"\s*:\s*\d+/)
    },
  },
  {
    name: 'keys are texts of digits',
    seen: documented('“Update guide 8.6 to 8.7”'),
    since: '8.8',
    async holds(cluster) {
      const { text } = await cluster.post('process-instances', { processDefinitionId: await deployed(cluster) })
      expect(text).toMatch(/"processInstanceKey"\s*:\s*"\d+"/)
    },
  },
  {
    name: 'keys of a partition rise in the order of creation',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const { partitionsCount } = await cluster.sdk.getTopology()
      const id = await deployed(cluster)
      const byPartition = new Map<bigint, bigint[]>()
      for (let n = 0; n < 4 * partitionsCount; n++) {
        const key = BigInt(await cluster.start(id))
        byPartition.set(key >> 51n, [...(byPartition.get(key >> 51n) ?? []), key])
      }
      for (const keys of byPartition.values()) expect(keys).toEqual(keys.toSorted((one, other) => (one < other ? -1 : 1)))
    },
  },
  {
    name: 'whole numbers from -2^63 to 2^64-1 arrive at a job digit by digit',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const id = await deployed(cluster)
      const variables = '{"one":9007199254740993,"most":18446744073709551615,"least":-9223372036854775808}'
      await cluster.post('process-instances', `{"processDefinitionId":"${id}","variables":${variables}}`)
      const { text } = await cluster.post('jobs/activation', { type: id, timeout: 60_000, maxJobsToActivate: 1, requestTimeout: 5_000 })
      for (const digits of ['9007199254740993', '18446744073709551615', '-9223372036854775808']) expect(text).toContain(digits)
    },
  },
  {
    name: 'an unknown process is NOT_FOUND (404)',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const answer = await cluster.post('process-instances', { processDefinitionId: cluster.name('unknown') })
      expect(answer).toMatchObject({ status: 404, title: 'NOT_FOUND', contentType: expect.stringContaining('application/problem+json') })
    },
  },
  {
    name: 'a process that messages alone start is INVALID_STATE (409)',
    seen: documented('“Technical error handling”, and Camunda’s engine tests'),
    async holds(cluster) {
      const id = cluster.name('process')
      await cluster.deploy(bpmnProcess({ id, start: { kind: 'message', messageName: id }, jobType: id }))
      expect(await cluster.post('process-instances', { processDefinitionId: id })).toMatchObject({ status: 409, title: 'INVALID_STATE' })
    },
  },
  {
    name: 'what is awaited is answered with the variables in the end',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const id = cluster.name('process')
      await cluster.deploy(diagram({ id, elements: [startEvent('Start'), endEvent('End')], flows: [['Start', 'End']] }))
      const create = { processDefinitionId: id, variables: { a: 1, b: 2 }, awaitCompletion: true, fetchVariables: ['a'] }
      const { status, text } = await cluster.post('process-instances', create)
      expect({ status, variables: JSON.parse(text).variables }).toEqual({ status: 200, variables: { a: 1 } })
    },
  },
  {
    name: 'what is awaited in vain is a time-out of the gateway (504), and goes on',
    seen: documented('“Technical error handling”'),
    async holds(cluster) {
      const id = await deployed(cluster)
      const create = { processDefinitionId: id, awaitCompletion: true, requestTimeout: 500 }
      expect(await cluster.post('process-instances', create)).toMatchObject({ status: 504 })
      await cluster.job(id)
    },
  },
  {
    name: 'a request which is no JSON, or has no process, is 400',
    seen: bySource('Camunda’s tests of the API'),
    async holds(cluster) {
      expect(await cluster.post('process-instances', '{')).toMatchObject({ status: 400 })
      expect(await cluster.post('process-instances', {})).toMatchObject({ status: 400 })
      expect(await cluster.post('process-instances', { processDefinitionId: await deployed(cluster), variables: [] })).toMatchObject({
        status: 400,
      })
    },
  },
  {
    name: 'a property that there is not is ignored, such as a business id',
    seen: SEEN_ON_8_6_0,
    until: '8.6',
    async holds(cluster) {
      const create = { processDefinitionId: await deployed(cluster), businessId: 'A', colour: 'blue' }
      const { status, text } = await cluster.post('process-instances', create)
      expect({ status, businessId: JSON.parse(text).businessId }).toEqual({ status: 200, businessId: undefined })
    },
  },
  {
    name: 'a property that there is not is refused (400)',
    seen: bySource('Camunda’s tests of the API, and camunda/camunda#37895'),
    since: '8.8',
    async holds(cluster) {
      const processDefinitionId = await deployed(cluster)
      expect(await cluster.post('process-instances', { processDefinitionId, colour: 'blue' })).toMatchObject({ status: 400 })
      if (!cluster.is('8.9'))
        expect(await cluster.post('process-instances', { processDefinitionId, businessId: 'A' })).toMatchObject({ status: 400 })
    },
  },
  {
    name: 'a business id is said back',
    seen: documented('“Business id”'),
    since: '8.9',
    async holds(cluster) {
      const businessId = cluster.name('business')
      const { text } = await cluster.post('process-instances', { processDefinitionId: await deployed(cluster), businessId })
      expect(JSON.parse(text)).toMatchObject({ businessId })
    },
  },
  {
    name: 'where business ids are unique, a second active instance is ALREADY_EXISTS (409), until the first has ended, or of another process',
    seen: documented('“Business id”, and camunda/camunda#45050'),
    since: '8.9',
    async holds(cluster, unknown) {
      const id = await deployed(cluster)
      const create = { processDefinitionId: id, businessId: cluster.name('business') }
      const first = await cluster.post('process-instances', create)
      const second = await cluster.post('process-instances', create)
      if (second.status === 200) unknown('business-id-uniqueness-enabled is off here')
      expect(second).toMatchObject({ status: 409, title: 'ALREADY_EXISTS' })
      expect(await cluster.post('process-instances', { ...create, processDefinitionId: await deployed(cluster) })).toMatchObject({
        status: 200,
      })
      await cluster.sdk.cancelProcessInstance({ processInstanceKey: JSON.parse(first.text).processInstanceKey })
      const again = () => cluster.post('process-instances', create)
      await cluster.eventually(again, ({ status }) => status === 200)
    },
  },
  {
    name: 'tags are said back',
    seen: documented('“Process instance tags”'),
    since: '8.8',
    async holds(cluster) {
      const { text } = await cluster.post('process-instances', { processDefinitionId: await deployed(cluster), tags: ['source:sqs'] })
      expect(JSON.parse(text)).toMatchObject({ tags: ['source:sqs'] })
    },
  },
  {
    name: 'a tenant is refused where there is no multi-tenancy (400 INVALID_ARGUMENT), and <default> is not',
    seen: bySource('Camunda’s tests of the gateway'),
    async holds(cluster, unknown) {
      const processDefinitionId = await deployed(cluster)
      const answer = await cluster.post('process-instances', { processDefinitionId, tenantId: 'acme' })
      if ([200, 401, 403, 404].includes(answer.status)) unknown('there is multi-tenancy here')
      expect(answer).toMatchObject({ status: 400, title: 'INVALID_ARGUMENT' })
      expect(await cluster.post('process-instances', { processDefinitionId, tenantId: '<default>' })).toMatchObject({ status: 200 })
    },
  },
  {
    name: 'an exclusive gateway takes the first flow whose condition is true, and otherwise the default',
    seen: documented('“Exclusive gateway”'),
    async holds(cluster) {
      const id = cluster.name('process')
      const jobType = (which: string) => `${id}-${which}`
      const elements = [
        startEvent('Start'),
        gateway('Choice', `${id}-flow-3`),
        ...['large', 'huge', 'small'].map((each) => serviceTask(each, jobType(each))),
      ]
      const flows = [
        ['Start', 'Choice'],
        ['Choice', 'large', '=amount &gt; 10'],
        ['Choice', 'huge', '=amount &gt; 100'],
        ['Choice', 'small'],
      ] as const
      await cluster.deploy(diagram({ id, elements, flows }))
      await cluster.start(id, { amount: 1_000 })
      expect(await cluster.job(jobType('large'))).toMatchObject({ variables: { amount: 1_000 } })
      await cluster.start(id, { amount: 5 })
      await cluster.job(jobType('small'))
      await cluster.noJob(jobType('huge'))
    },
  },
  {
    name: 'a cancelled instance does nothing more, and cannot be cancelled again (404 NOT_FOUND)',
    seen: documented('“Cancel process instance”'),
    async holds(cluster) {
      const id = await deployed(cluster)
      const processInstanceKey = await cluster.start(id)
      await cluster.sdk.cancelProcessInstance({ processInstanceKey })
      await cluster.noJob(id)
      expect(await cluster.post(`process-instances/${processInstanceKey}/cancellation`, {})).toMatchObject({
        status: 404,
        title: 'NOT_FOUND',
      })
    },
  },
]
