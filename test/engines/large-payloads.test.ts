import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { S3Payloads } from '../../lambda/s3-payloads.mts'
import { bundleFunction } from '../../lib/bundle.ts'
import { type HttpService, startHttpService } from '../../local/http-service.ts'
import { startFunction } from '../../local/lambda-runtime.ts'
import { startParameterStore } from '../../local/parameter-store.ts'
import { startEvent } from '../support/connectors.ts'
import { describeWithMoto, useMoto } from '../support/moto.ts'
import { BUCKET, POINTERS, toPointer } from '../support/pointers.ts'
import { sqsRecord } from '../support/sqs.ts'

const REGION = 'eu-central-1'
const CREDENTIALS = { AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }
const LIMITS = { mostBytes: 1_000, milliseconds: 10_000 }
const pointerTo = (key: string) => ({ kind: 'PayloadPointer' as const, bucket: BUCKET, key })

/** The client as the function has it, at this endpoint. Within a test. */
function payloadsAt(endpoint: string): S3Payloads {
  for (const [name, value] of Object.entries({ ...CREDENTIALS, AWS_ENDPOINT_URL_S3: endpoint })) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  return new S3Payloads()
}

describeWithMoto('a body in S3', () => {
  const moto = useMoto()
  const s3 = () =>
    new S3Client({
      endpoint: moto().endpoint,
      region: REGION,
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      forcePathStyle: true,
    })
  const put = (Key: string, Body: string | Buffer) => s3().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }))

  beforeAll(async () => {
    await s3().send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }))
  })

  // biome-ignore format: a table
  test.each<[string, string, string]>([
    ['as it is',                'uuid',                       '{"amount":12.50,"name":"Zoë 😀"}'],
    ['of as much as is allowed', 'orders/2026/exactly',       'x'.repeat(1_000)],
    ['of nothing',              'empty',                      ''],
    ['by a key of any letters', 'a b/ü+%20?&=#"<>\'',         'there'],
  ])('is read %s', async (_, key, text) => {
    await put(key, text)
    expect(await payloadsAt(moto().endpoint).read(pointerTo(key), LIMITS)).toEqual({ kind: 'Payload', text })
  })

  test('that is too large is not read, and told with its size', async () => {
    await put('large', 'x'.repeat(1_001))
    expect(await payloadsAt(moto().endpoint).read(pointerTo('large'), LIMITS)).toEqual({
      kind: 'InvalidInput',
      reason: 'the body of the message, s3://bodies/large, has 1001 bytes, and queue.largePayloads.maximumSize is 1000',
    })
  })

  test('that is not there, or in no bucket, is told', async () => {
    const payloads = payloadsAt(moto().endpoint)
    expect(await payloads.read(pointerTo('none'), LIMITS)).toMatchObject({
      kind: 'InvalidInput',
      reason: expect.stringMatching(/none, does not exist$/),
    })
    expect(await payloads.read({ ...pointerTo('none'), bucket: 'nobodys' }, LIMITS)).toMatchObject({ kind: 'InvalidInput' })
  })

  describe('reaches Camunda by the function', () => {
    const created: { readonly variables: { readonly id: string; readonly length: number } }[] = []
    let camunda: HttpService
    let directory: string
    beforeAll(async () => {
      camunda = await startHttpService((_request, body, response) => {
        created.push(JSON.parse(body.toString()))
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"processInstanceKey":"1"}')
      })
      directory = await mkdtemp(join(tmpdir(), 'large-payloads-'))
      bundleFunction(directory)
    })
    afterAll(() => Promise.all([camunda?.stop(), rm(directory, { recursive: true })]))

    test('as the extended clients send it; a large one too, a missing one does not, and one from elsewhere neither', async () => {
      const connector = {
        function: { timeout: 15, requestTimeout: 5 },
        queue: { largePayloads: { bucket: BUCKET } },
        elements: [
          startEvent({ activationCondition: '=body.amount > 1', resultExpression: '={ id: body.id, length: string length(body.text) }' }),
        ],
      }
      const parameters = await startParameterStore({
        '/camunda-sqs-bridge/camunda/CAMUNDA_REST_ADDRESS': camunda.url,
        '/filter': '[]',
        '/connector': JSON.stringify(connector),
      })
      onTestFinished(() => parameters.stop())
      const lines: string[] = []
      const bridge = startFunction({
        functionName: 'orders',
        taskRoot: directory,
        handler: 'index.handler',
        environment: {
          CONNECTOR_NAME: 'orders',
          CONNECTOR_PARAMETER: '/connector',
          FILTER_PARAMETER: '/filter',
          PAYLOAD_BUCKET: BUCKET,
          POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
          POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
          AWS_ENDPOINT_URL_SSM: parameters.url,
          AWS_ENDPOINT_URL_S3: moto().endpoint,
        },
        timeout: 15,
        memorySize: 512,
        onLog: ({ text }) => lines.push(text),
      })
      onTestFinished(() => bridge.stop())
      const record = async (messageId: string, of: keyof typeof POINTERS, text = '') => {
        const body = { id: messageId, amount: 2, text }
        await put(`key-of-${messageId}`, JSON.stringify(body))
        return toPointer(sqsRecord({ messageId, body }), `key-of-${messageId}`, of)
      }
      const Records = [
        await record('java', 'java'),
        await record('java1', 'javaOne'),
        await record('python', 'python', 'x'.repeat(1_500_000)),
        toPointer(sqsRecord({ messageId: 'missing', body: {} }), 'none'),
        sqsRecord({ messageId: 'foreign', body: POINTERS.java('others', 'key-of-java') }),
      ]
      expect(await bridge.invoke({ Records })).toEqual({
        kind: 'response',
        payload: JSON.stringify({ batchItemFailures: [{ itemIdentifier: 'missing' }, { itemIdentifier: 'foreign' }] }),
      })
      expect(
        created.map(({ variables }) => variables).toSorted((one, other) => one.length - other.length || one.id.localeCompare(other.id)),
      ).toEqual([
        { id: 'java', length: 0 },
        { id: 'java1', length: 0 },
        { id: 'python', length: 1_500_000 },
      ])
      const told = lines.filter((line) => line.includes('InvalidInput')).join('\n')
      expect(told).toMatch(/s3:\/\/bodies\/none, does not exist/)
      expect(told).toMatch(/the bucket others/)
    })
  })
})

describe('where S3 does not give a body', () => {
  type Answer = Parameters<Parameters<typeof startHttpService>[0]>[2]
  const error = (status: number, code: string) => (response: Answer) =>
    void response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code><Message>m</Message></Error>`)

  async function answering(answer: (response: Answer) => void) {
    let asked = 0
    const server = await startHttpService((_request, _body, response) => {
      asked += 1
      answer(response)
    })
    onTestFinished(() => server.stop())
    const read = await payloadsAt(server.url).read(pointerTo('k'), { mostBytes: 1_000, milliseconds: 3_000 })
    return { read, asked }
  }

  // biome-ignore format: a table
  test.each<[string, (response: Answer) => void, RegExp]>([
    ['since it may not, or there is none',  error(403, 'AccessDenied'),         /does not exist, or the function may not read it/],
    ['for it is archived',                  error(403, 'InvalidObjectState'),   /is archived/],
    ['for its key is too long',             error(400, 'KeyTooLongError'),      /too long/],
    ['since it does not end, whatever the range was', (response) => void response.writeHead(200).end('x'.repeat(2_000)), /more than 1000 bytes/],
    ['since it is longer than was said',    (response) => { response.writeHead(200); response.write('x'.repeat(600)); response.end('x'.repeat(600)) }, /more than 1000 bytes/],
  ])('the message is invalid (%s)', async (_, answer, reason) => {
    expect((await answering(answer)).read).toEqual({ kind: 'InvalidInput', reason: expect.stringMatching(reason) })
  })

  // biome-ignore format: a table
  test.each<[string, (response: Answer) => void, RegExp]>([
    ['it has too much to do',               error(503, 'SlowDown'),                       /SlowDown \(HTTP 503\)/],
    ['it fails',                            error(500, 'InternalError'),                  /InternalError/],
    ['the credentials ended',               error(400, 'ExpiredToken'),                   /ExpiredToken/],
    ['the key of encryption is disabled',   error(400, 'KMS.DisabledException'),          /KMS.DisabledException/],
    ['it hangs up',                         (response) => void response.destroy(),        /could not be read/],
    ['it hangs up in the middle',           (response) => { response.writeHead(200, { 'content-length': '500' }); response.write('x'); setTimeout(() => response.destroy(), 50) }, /could not be read/],
    ['it does not answer',                  () => {},                                     /could not be read/],
    ['it stops in the middle',              (response) => { response.writeHead(200, { 'content-length': '500' }); response.write('x') }, /could not be read/],
  ])('the message is not attempted, and comes back (%s)', async (_, answer, reason) => {
    expect((await answering(answer)).read).toEqual({ kind: 'NotAttempted', reason: expect.stringMatching(reason) })
  })
})
