import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectorFiles, orderPlaced } from '../../lib/connector-files.ts'
import { runCommand } from '../../support/command.ts'
import { BUCKET, POINTERS } from '../../support/pointers.ts'

const explain = (argument: string, input = '') => runCommand(['explain', argument], { input })
const connector = (activationCondition: string) =>
  JSON.stringify({
    elements: [
      {
        elementId: 'E',
        correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'p' },
        consumeUnmatchedEvents: true,
        activationCondition,
      },
    ],
  })

test('a file is explained to people', async () => {
  const { out, code } = await explain('connectors/orders.json')
  expect(code).toBe(0)
  expect(out).toContain('{"messageAttributes":{"type":{"stringValue":["OrderPlaced"]}}}')
  expect(out).toContain('left to the function: body.amount > 0 (OrderPlaced)')
})

test('lines are explained to programs, one answer a line, faults among them', async () => {
  const { out } = await explain('--lines', [connector('messageAttributes.t.stringValue = "a"'), '{', connector('1 +')].join('\n'))
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { filterCriteria: [{ messageAttributes: { t: { stringValue: ['a'] } } }], notPushedDown: [] },
    { faults: [expect.objectContaining({ expected: 'a JSON object' })] },
    { faults: [expect.objectContaining({ path: 'elements[0].activationCondition' })] },
  ])
})

test('a faulty file is told with its faults, and no file with how to call it', async () => {
  expect(await explain('test/examples/faulty/orders.json')).toMatchObject({ code: 1, error: expect.stringContaining('activationCondtion') })
  expect(await explain('nothing')).toMatchObject({ code: 2, error: expect.stringContaining('Usage') })
})

test('of a message whose body is in S3 it is told where, and what to do; without large payloads the pointer is explained, and it is said', async () => {
  const queue = { largePayloads: { bucket: BUCKET } }
  const directory = connectorFiles({
    'orders.json': { elements: [orderPlaced], queue },
    'plain.json': { elements: [orderPlaced] },
    'message.txt': POINTERS.java(BUCKET, 'k'),
    'foreign.txt': POINTERS.java('others', 'k'),
  })
  const explainFile = (name: string, file: string) =>
    runCommand(['explain', name, '--connectors', directory, '--message', join(directory, file)])
  expect(await explainFile('orders', 'message.txt')).toMatchObject({
    code: 2,
    out: '',
    error: expect.stringContaining('aws s3 cp s3://bodies/k'),
  })
  const plain = await explainFile('plain', 'message.txt')
  expect(plain).toMatchObject({
    code: 0,
    error: expect.stringContaining('a pointer of SQS’s extended client: without queue.largePayloads'),
  })
  expect((await explainFile('orders', 'foreign.txt')).out).toContain('InvalidInput: the body is in the bucket others')
})
