import { expect } from 'vitest'
import { bySource, type Claim, documented } from '../claim.ts'
import type { Cluster } from '../cluster.ts'

/** As somebody who says this of themselves, or nothing. */
async function publishAs(cluster: Cluster, authorization?: string): Promise<number> {
  const response = await fetch(`${cluster.settings.CAMUNDA_REST_ADDRESS}/v2/messages/publication`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    body: JSON.stringify({ name: cluster.name('nobody') }),
  })
  await response.text()
  return response.status
}

export const authentication: readonly Claim[] = [
  {
    name: 'where credentials are asked for, a request without them, or with wrong ones, is 401',
    seen: bySource('Camunda’s tests of the API'),
    async holds(cluster, unknown) {
      const status = await publishAs(cluster)
      if (status === 200) unknown('nobody is asked for credentials here')
      expect(status).toBe(401)
      expect(await publishAs(cluster, 'Bearer nonsense')).toBe(401)
      expect(await publishAs(cluster, `Basic ${Buffer.from('nobody:knows').toString('base64')}`)).toBe(401)
    },
  },
  {
    name: 'a client with the right credentials is served',
    seen: documented('“Authentication” of the Orchestration Cluster API'),
    async holds(cluster) {
      expect(await cluster.publish(cluster.name('nobody'))).toMatch(/^\d+$/)
    },
  },
  {
    name: 'the token endpoint gives no token for a wrong secret (401)',
    seen: 'RFC 6749, 5.2',
    async holds(cluster, unknown) {
      const { CAMUNDA_OAUTH_URL = unknown('there is no token endpoint here'), CAMUNDA_CLIENT_ID = '' } = cluster.settings
      const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: CAMUNDA_CLIENT_ID, client_secret: 'wrong' })
      expect((await fetch(CAMUNDA_OAUTH_URL, { method: 'POST', body })).status).toBe(401)
    },
  },
]
