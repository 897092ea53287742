import { expect } from 'vitest'
import { bpmnProcess } from '../../support/bpmn.ts'
import { type Claim, documented } from '../claim.ts'
import type { Cluster } from '../cluster.ts'

const SEARCH = 'the pages of the searches in “Orchestration Cluster REST API”'

async function found(cluster: Cluster, what: string, filter: object, count: number, more: object = {}) {
  const look = async () => {
    const answer = await cluster.post(`${what}/search`, { filter, ...more })
    if (answer.status !== 200) throw new Error(`${what}/search answers ${answer.status} ${answer.text}`)
    return JSON.parse(answer.text) as { items: Record<string, unknown>[]; page: { totalItems: number } }
  }
  return cluster.eventually(look, ({ page }) => page.totalItems === count)
}

export const searches: readonly Claim[] = [
  {
    name: 'there is no search for definitions, instances or subscriptions (404)',
    seen: documented('the OpenAPI page of 8.6'),
    until: '8.6',
    async holds(cluster) {
      for (const what of ['process-definitions', 'process-instances', 'message-subscriptions'])
        expect(await cluster.post(`${what}/search`, {})).toMatchObject({ status: 404 })
    },
  },
  {
    name: 'a process definition is found by its id, in all versions, in one, or in the latest, and its diagram is what was deployed',
    seen: documented(SEARCH),
    since: '8.8',
    async holds(cluster) {
      const id = cluster.name('process')
      await cluster.deploy(bpmnProcess({ id, jobType: 'a' }), 'a.bpmn')
      const xml = bpmnProcess({ id, jobType: 'b' })
      await cluster.deploy(xml, 'a.bpmn')
      const all = await found(cluster, 'process-definitions', { processDefinitionId: id }, 2, {
        sort: [{ field: 'version', order: 'DESC' }],
      })
      expect(all.items.map(({ version }) => version)).toEqual([2, 1])
      expect((await found(cluster, 'process-definitions', { processDefinitionId: id, version: 1 }, 1)).items).toMatchObject([
        { version: 1 },
      ])
      const latest = await found(cluster, 'process-definitions', { processDefinitionId: { $eq: id }, isLatestVersion: true }, 1)
      expect(latest.items).toMatchObject([{ version: 2, processDefinitionId: id, resourceName: 'a.bpmn', tenantId: '<default>' }])
      const { text, contentType } = await cluster.get(`process-definitions/${latest.items[0]?.processDefinitionKey}/xml`)
      expect({ text, contentType }).toEqual({ text: xml, contentType: expect.stringContaining('text/xml') })
    },
  },
  {
    name: 'a process instance is found by its key and process, and its state says whether it goes on, has ended or was cancelled',
    seen: documented(SEARCH),
    since: '8.8',
    async holds(cluster) {
      const id = cluster.name('process')
      await cluster.deploy(bpmnProcess({ id, jobType: id }))
      const active = await cluster.start(id)
      await cluster.complete((await cluster.job(id)).jobKey)
      const cancelled = await cluster.start(id)
      await cluster.sdk.cancelProcessInstance({ processInstanceKey: cancelled })
      const waiting = await cluster.start(id)
      const { items } = await found(
        cluster,
        'process-instances',
        { processDefinitionId: id, state: { $in: ['COMPLETED', 'TERMINATED', 'ACTIVE'] } },
        3,
      )
      await found(cluster, 'process-instances', { processDefinitionId: id, state: 'COMPLETED' }, 1)
      await found(cluster, 'process-instances', { processDefinitionId: id, state: { $neq: 'ACTIVE' } }, 2)
      expect(items.map(({ processInstanceKey }) => processInstanceKey).toSorted()).toEqual([active, cancelled, waiting].toSorted())
      expect((await found(cluster, 'process-instances', { processInstanceKey: cancelled }, 1)).items).toMatchObject([
        { state: 'TERMINATED', endDate: expect.any(String), hasIncident: false },
      ])
      expect(JSON.parse((await cluster.get(`process-instances/${waiting}`)).text)).toMatchObject({
        state: 'ACTIVE',
        processDefinitionId: id,
      })
    },
  },
  {
    name: 'an instance whose correlation key cannot be evaluated has an incident, and waits',
    seen: documented('“Incidents”'),
    since: '8.8',
    async holds(cluster) {
      const id = cluster.name('process')
      await cluster.deploy(bpmnProcess({ id, waitsFor: { messageName: id, correlationKey: '=orderId' }, jobType: id }))
      const processInstanceKey = await cluster.start(id)
      const { items } = await found(cluster, 'process-instances', { processInstanceKey, hasIncident: true }, 1)
      expect(items).toMatchObject([{ state: 'ACTIVE' }])
    },
  },
  {
    name: 'who waits for a message is found by its name and key, until it has been correlated',
    seen: documented(SEARCH),
    since: '8.8',
    async holds(cluster) {
      const id = cluster.name('process')
      await cluster.deploy(bpmnProcess({ id, waitsFor: { messageName: id, correlationKey: '=orderId' }, jobType: id }))
      const processInstanceKey = await cluster.start(id, { orderId: 'A' })
      const open = { messageName: id, messageSubscriptionState: 'CREATED' }
      expect((await found(cluster, 'message-subscriptions', open, 1)).items).toMatchObject([
        { processInstanceKey, correlationKey: 'A', elementId: 'Wait', processDefinitionId: id },
      ])
      await cluster.publish(id, { correlationKey: 'A' })
      await found(cluster, 'message-subscriptions', open, 0)
    },
  },
  {
    name: 'a search has pages, by number and by cursor, and counts what is on all of them',
    seen: documented(SEARCH),
    since: '8.8',
    async holds(cluster) {
      const id = cluster.name('process')
      for (const jobType of ['a', 'b', 'c']) await cluster.deploy(bpmnProcess({ id, jobType }))
      const sort = [{ field: 'version', order: 'ASC' }]
      const page = async (page: object) => {
        const { items, page: told } = await found(cluster, 'process-definitions', { processDefinitionId: id }, 3, { sort, page })
        return { versions: items.map(({ version }) => version), ...(told as { endCursor?: string }) }
      }
      const first = await page({ limit: 2 })
      expect(first.versions).toEqual([1, 2])
      expect((await page({ from: 2, limit: 2 })).versions).toEqual([3])
      expect((await page({ after: first.endCursor, limit: 2 })).versions).toEqual([3])
    },
  },
  {
    name: 'the latest versions of all processes are found page by page, each with the diagram that was deployed last',
    seen: documented(SEARCH),
    since: '8.8',
    async holds(cluster) {
      const ids = ['a', 'b', 'c'].map((each) => cluster.name(each))
      for (const id of ids) for (const jobType of ['a', 'b']) await cluster.deploy(bpmnProcess({ id, jobType }))
      const filter = { processDefinitionId: { $in: ids }, isLatestVersion: true }
      const sort = [{ field: 'processDefinitionId', order: 'ASC' }]
      const first = await found(cluster, 'process-definitions', filter, 3, { sort, page: { limit: 2 } })
      const { endCursor: after } = first.page as { endCursor?: string }
      const second = await found(cluster, 'process-definitions', filter, 3, { sort, page: { limit: 2, after } })
      const all = [...first.items, ...second.items]
      expect(all.map(({ processDefinitionId, version }) => [processDefinitionId, version])).toEqual(ids.toSorted().map((id) => [id, 2]))
      for (const { processDefinitionKey, processDefinitionId } of all)
        expect((await cluster.get(`process-definitions/${processDefinitionKey}/xml`)).text).toBe(
          bpmnProcess({ id: String(processDefinitionId), jobType: 'b' }),
        )
    },
  },
  {
    name: 'who waits in which version of a process is found by the process, the longest first, and the version by its key',
    seen: documented(SEARCH),
    since: '8.8',
    async holds(cluster) {
      const id = cluster.name('process')
      for (const jobType of ['a', 'b']) {
        await cluster.deploy(bpmnProcess({ id, waitsFor: { messageName: id, correlationKey: '=orderId' }, jobType }))
        await cluster.start(id, { orderId: jobType })
      }
      const sort = [{ field: 'lastUpdatedDate', order: 'ASC' }]
      const filter = { processDefinitionId: id, messageSubscriptionState: 'CREATED' }
      const { items } = await found(cluster, 'message-subscriptions', filter, 2, { sort })
      expect(items.map(({ correlationKey }) => correlationKey)).toEqual(['a', 'b'])
      const versions = await Promise.all(
        items.map(
          async ({ processDefinitionKey }) => JSON.parse((await cluster.get(`process-definitions/${processDefinitionKey}`)).text).version,
        ),
      )
      expect(versions).toEqual([1, 2])
    },
  },
]
