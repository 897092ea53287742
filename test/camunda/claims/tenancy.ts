import { expect } from 'vitest'
import { bpmnProcess } from '../../support/bpmn.ts'
import { bySource, type Claim, documented } from '../claim.ts'
import type { Cluster } from '../cluster.ts'

const TENANCY = documented('“Multi-tenancy”')
const WHY = 'it would have to be told two tenants of its own'

/** A process in each of two tenants, of one id; both come to a job of that name. */
async function inBoth(cluster: Cluster): Promise<{ readonly id: string; readonly one: string; readonly other: string }> {
  const [one = '', other = ''] = cluster.tenants
  const id = cluster.name('process')
  for (const tenantId of [one, other])
    await cluster.sdk.deployResources([{ name: 'a.bpmn', content: bpmnProcess({ id, jobType: id }) }], tenantId)
  return { id, one, other }
}

/** Of clusters where there is multi-tenancy. */
export const tenancy: readonly Claim[] = [
  {
    name: 'a request without a tenant is refused (400 INVALID_ARGUMENT)',
    seen: bySource('Camunda’s tests of the gateway'),
    standInOnly: WHY,
    async holds(cluster) {
      const create = { processDefinitionId: cluster.name('process') }
      expect(await cluster.post('process-instances', create)).toMatchObject({ status: 400, title: 'INVALID_ARGUMENT' })
      expect(await cluster.post('messages/publication', { name: 'm' })).toMatchObject({ status: 400, title: 'INVALID_ARGUMENT' })
    },
  },
  {
    name: 'an instance belongs to its tenant, and its job is for workers of that tenant alone',
    seen: TENANCY,
    standInOnly: WHY,
    async holds(cluster) {
      const { id, one, other } = await inBoth(cluster)
      expect(await cluster.post('process-instances', { processDefinitionId: id, tenantId: one })).toMatchObject({
        status: 200,
        text: expect.stringContaining(`"tenantId":"${one}"`),
      })
      expect(await cluster.activate(id, { tenantIds: [other] })).toEqual([])
      expect(await cluster.activate(id, { tenantIds: [one, other] })).toHaveLength(1)
    },
  },
  {
    name: 'a message is for who waits in its tenant, and known by its id there',
    seen: TENANCY,
    standInOnly: WHY,
    async holds(cluster) {
      const { one, other } = await inBoth(cluster)
      const message = { name: cluster.name('message'), messageId: 'x', timeToLive: 60_000 }
      expect(await cluster.post('messages/publication', { ...message, tenantId: one })).toMatchObject({ status: 200 })
      expect(await cluster.post('messages/publication', { ...message, tenantId: other })).toMatchObject({ status: 200 })
      expect(await cluster.post('messages/publication', { ...message, tenantId: one })).toMatchObject({ status: 409 })
    },
  },
  {
    name: 'another’s tenant is refused as unauthorized (401)',
    seen: 'an answer of a gateway in a public repository',
    until: '8.6',
    standInOnly: WHY,
    async holds(cluster) {
      expect(await cluster.post('messages/publication', { name: 'm', tenantId: 'foreign' })).toMatchObject({
        status: 401,
        title: 'UNAUTHORIZED',
      })
    },
  },
  {
    name: 'another’s tenant is refused as forbidden (403), and its processes are not found (404)',
    seen: bySource('Camunda’s engine, its reasons for rejections'),
    since: '8.8',
    standInOnly: WHY,
    async holds(cluster) {
      expect(await cluster.post('messages/publication', { name: 'm', tenantId: 'foreign' })).toMatchObject({
        status: 403,
        title: 'FORBIDDEN',
      })
      const create = { processDefinitionId: cluster.name('process'), tenantId: 'foreign' }
      expect(await cluster.post('process-instances', create)).toMatchObject({ status: 404, title: 'NOT_FOUND' })
    },
  },
]
