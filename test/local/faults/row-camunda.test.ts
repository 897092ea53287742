import { afterEach, describe, expect, test } from 'vitest'
import { isAtLeast } from '../../../local/camunda/camunda-version.ts'
import { Instances } from '../../../local/faults/instances.ts'
import { canRun, cluster, ownStandIn } from '../../../local/faults/row-camunda.ts'
import type { HttpService } from '../../../local/http-service.ts'
import { bpmnProcess, deploy } from '../../support/bpmn.ts'
import { startCamunda } from '../../support/camunda.ts'

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

async function started(options: Parameters<typeof startCamunda>[0] = {}): Promise<HttpService> {
  const service = await startCamunda(options)
  stops.push(() => service.stop())
  return service
}

test.each([
  ['8.9', '8.9', true],
  ['8.10', '8.9', true],
  ['8.8', '8.9', false],
  ['8.9.1', '8.9', true],
  ['9.0', '8.9', true],
  ['7.23', '8.9', false],
] as const)('%s is at least %s: %s', (version, least, is) => {
  expect(isAtLeast(version, least)).toBe(is)
})

// biome-ignore format: a table
test.each([
  ['any release, for a mode that wants nothing',      {},                          {},                                                        true],
  ['any release, for unique business ids',            {},                          { camunda: { version: '8.9', uniqueBusinessIds: true } },  true],
  ['8.6, for a mode that wants nothing',              { camunda: { version: '8.6' } }, {},                                                    true],
  ['8.8, for unique business ids',                    { camunda: { version: '8.8' } }, { camunda: { version: '8.9', uniqueBusinessIds: true } }, false],
  ['8.9, for unique business ids',                    { camunda: { version: '8.9' } }, { camunda: { version: '8.9', uniqueBusinessIds: true } }, true],
] as const)('a row of %s can run or not', (_name, row, mode, can) => {
  expect(canRun(row, mode)).toBe(can)
})

test('a stand-in is of the release of the row, before that of the mode, and comes back after a crash', async () => {
  const camunda = await ownStandIn({ camunda: { version: '8.6' } }, { camunda: { version: '8.9', uniqueBusinessIds: true } })
  stops.push(() => camunda.stop())
  const version = async () =>
    ((await (await fetch(`${camunda.restAddress}/v2/topology`)).json()) as { gatewayVersion: string }).gatewayVersion
  expect(await version()).toMatch(/^8\.6/)
  await camunda.crash()
  await expect(version()).rejects.toThrow()
  await camunda.startAgain()
  expect(await version()).toMatch(/^8\.6/)
  expect([camunda.isShared, await camunda.authorization()]).toEqual([false, undefined])
})

describe('a cluster of somebody else', () => {
  test('is neither killed nor started, and is shared', async () => {
    const camunda = cluster({ CAMUNDA_REST_ADDRESS: 'http://127.0.0.1:9' })
    await expect(camunda.crash()).rejects.toThrow('neither killed nor started')
    await expect(camunda.startAgain()).rejects.toThrow('neither killed nor started')
    expect([camunda.isShared, camunda.restAddress, await camunda.authorization()]).toEqual([true, 'http://127.0.0.1:9', undefined])
  })

  test('is asked with a token where there is a client id, without a word of how', async () => {
    const { url } = await started({ authentication: { strategy: 'OAUTH', id: 'me', secret: 'secret', tokenLifetime: 60 } })
    const camunda = cluster({
      CAMUNDA_REST_ADDRESS: url,
      CAMUNDA_CLIENT_ID: 'me',
      CAMUNDA_CLIENT_SECRET: 'secret',
      CAMUNDA_OAUTH_URL: `${url}/oauth/token`,
    })
    expect(await camunda.authorization()).toMatch(/^Bearer ./)
    await deploy(await started().then(({ url }) => url), bpmnProcess({ id: 'plain', jobType: 'j' }))
    expect(await new Instances(camunda, 'j').look()).toBe(0)
    await expect(new Instances({ ...camunda, authorization: async () => undefined }, 'j').look()).rejects.toThrow(
      /Camunda gives no jobs: 401/,
    )
  })
})

describe.each(['8.6', '8.9'] as const)('instances at Camunda %s', (version) => {
  test('are counted once each, by the message which started them, and end when they may', async () => {
    const { url } = await started({ version })
    await deploy(url, bpmnProcess({ id: 'plain', jobType: 'j' }))
    const create = (n: number) =>
      fetch(`${url}/v2/process-instances`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ processDefinitionId: 'plain', variables: { n } }),
      }).then(async (response) => JSON.parse((await response.text()).replace(/:(\d{16,})/g, ':"$1"')).processInstanceKey as string)
    const instances = new Instances({ restAddress: url, authorization: async () => undefined }, 'j')
    const keys = [await create(1), await create(2), await create(2)]
    expect(await instances.look()).toBe(3)
    expect(await instances.look()).toBe(0)
    keys.push(await create(3))
    expect(await instances.look()).toBe(1)
    expect(instances.messages).toEqual([1, 2, 2, 3])
    await instances.finish()
    for (const key of keys) {
      const cancelled = await fetch(`${url}/v2/process-instances/${key}/cancellation`, { method: 'POST' })
      expect(cancelled.status).toBe(404)
    }
  })
})
