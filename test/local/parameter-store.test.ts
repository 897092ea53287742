import { SSMProvider } from '@aws-lambda-powertools/parameters/ssm'
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { versionedParameters } from '../../lambda/versioned-parameters.ts'
import { localSsmClient, type ParameterStore, startParameterStore } from '../../local/parameter-store.ts'

let store: ParameterStore
let ssm: SSMClient
beforeAll(async () => {
  store = await startParameterStore({ '/a/one': '1', '/a/two': '2', '/a/b/three': '3', '/ab': '4' })
  ssm = new SSMClient({ endpoint: store.url, region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } })
})
afterAll(async () => {
  ssm.destroy()
  await store.stop()
})

test('a parameter is read by its name, and those of a path by the path, as the function reads them', async () => {
  const provider = new SSMProvider({ awsSdkV3Client: ssm })
  expect(await provider.get('/a/one')).toBe('1')
  expect(await provider.getMultiple('/a/')).toEqual({ one: '1', two: '2' })
})

test('a parameter that is changed is read changed', async () => {
  await ssm.send(new PutParameterCommand({ Name: '/a/b/three', Value: 'III', Overwrite: true }))
  expect((await ssm.send(new GetParameterCommand({ Name: '/a/b/three' }))).Parameter?.Value).toBe('III')
})

test('what a client puts is told, with its version; what is refused, and what is set from within, is not', async () => {
  const told: unknown[] = []
  const watched = await startParameterStore({ '/a': '1' }, (...put) => void told.push(put))
  const client = localSsmClient(watched.url)
  onTestFinished(() => watched.stop())
  watched.parameters.set('/a', '2')
  await expect(client.send(new PutParameterCommand({ Name: '/a', Value: 'x' }))).rejects.toThrow()
  await client.send(new PutParameterCommand({ Name: '/a', Value: '3', Overwrite: true }))
  expect(told).toEqual([['/a', '3', 3]])
  client.destroy()
})

test('what is missing, taken or unknown is refused by SSM’s own names', async () => {
  await expect(ssm.send(new GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({ name: 'ParameterNotFound' })
  await expect(ssm.send(new PutParameterCommand({ Name: '/a/one', Value: 'x' }))).rejects.toMatchObject({ name: 'ParameterAlreadyExists' })
})

test('a parameter tells when it was last written, as the updater of the event-source mapping reads it', async () => {
  const { read, write } = versionedParameters(ssm)
  const before = Date.now()
  await write('/new', 'value')
  const first = await read('/new')
  expect(first?.text).toBe('value')
  expect(first?.modified).toBeGreaterThanOrEqual(before)
  expect(first?.modified).toBeLessThanOrEqual(Date.now())
  expect(await read('/none')).toBeUndefined()
})

test('while it is in trouble, requests are refused as too many, or hung up on', async () => {
  const once = new SSMClient({
    endpoint: store.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  })
  const get = () => once.send(new GetParameterCommand({ Name: '/a/one' }))
  store.trouble = 'throttled'
  await expect(get()).rejects.toMatchObject({ name: 'ThrottlingException' })
  store.trouble = 'down'
  await expect(get()).rejects.toMatchObject({ code: 'ECONNRESET' })
  store.trouble = undefined
  expect((await get()).Parameter?.Value).toBe('1')
  expect(store.troubled).toBe(2)
  once.destroy()
})
