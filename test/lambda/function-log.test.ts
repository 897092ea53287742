import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FunctionLog } from '../../lambda/function-log.ts'

const CONTEXT = {
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:orders',
  memoryLimitInMB: '512',
  functionName: 'orders',
  awsRequestId: 'r-1',
}

let writes: string[]
beforeEach(() => {
  writes = []
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'camunda-sqs-bridge')
})
afterEach(() => vi.unstubAllEnvs())

const logOf = (level = 'INFO') => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', level)
  return new FunctionLog((lines) => writes.push(lines))
}
const lines = () => writes.join('').split('\n').slice(0, -1)

test('a line says what Powertools’ logger says of an invocation, in its order, and then what is told', () => {
  vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1')
  const log = logOf()
  log.begin(CONTEXT)
  log.warn('message returned', { messageId: 'm-1', receiveCount: 2, ids: ['a'], elementId: undefined, reason: '', messageKey: null })
  log.flush()
  const [line = ''] = lines()
  expect(Object.entries(JSON.parse(line))).toEqual([
    ['level', 'WARN'],
    ['message', 'message returned'],
    ['timestamp', expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/)],
    ['service', 'camunda-sqs-bridge'],
    ['cold_start', true],
    ['function_arn', CONTEXT.invokedFunctionArn],
    ['function_memory_size', '512'],
    ['function_name', 'orders'],
    ['function_request_id', 'r-1'],
    ['sampling_rate', 0],
    ['xray_trace_id', '1-5759e988-bd862e3fe1be46a994272793'],
    ['messageId', 'm-1'],
    ['receiveCount', 2],
    ['ids', ['a']],
  ])
})

test('the second invocation is not cold, and has its own id', () => {
  const log = logOf()
  log.begin(CONTEXT)
  log.begin({ ...CONTEXT, awsRequestId: 'r-2' })
  log.info('x')
  log.flush()
  expect(JSON.parse(lines()[0] ?? '')).toMatchObject({ cold_start: false, function_request_id: 'r-2' })
})

test.each([
  ['DEBUG', ['INFO', 'WARN', 'ERROR']],
  ['INFO', ['INFO', 'WARN', 'ERROR']],
  ['WARN', ['WARN', 'ERROR']],
  ['ERROR', ['ERROR']],
  ['error', ['ERROR']],
  ['unheard of', ['INFO', 'WARN', 'ERROR']],
])('at the level %s there are lines of %j, and metrics at any', (level, told) => {
  const log = logOf(level)
  log.info('x')
  log.warn('x')
  log.error('x')
  log.add('{"_aws":{}}')
  log.flush()
  expect(lines().map((line) => JSON.parse(line).level ?? 'metrics')).toEqual([...told, 'metrics'])
})

describe('lines are written', () => {
  test('together, when those who wait for nothing are done; and nobody has to ask', async () => {
    const log = logOf()
    log.info('one')
    await Promise.resolve()
    log.info('two')
    expect(writes).toEqual([])
    await new Promise(setImmediate)
    expect(writes).toHaveLength(1)
    expect(lines()).toHaveLength(2)
  })

  test('at once when they are asked for, and never twice', async () => {
    const log = logOf()
    log.info('one')
    log.flush()
    expect(lines()).toHaveLength(1)
    await new Promise(setImmediate)
    log.flush()
    expect(writes).toHaveLength(1)
  })

  test('as one line each, whatever is told', () => {
    const log = logOf()
    log.info('a\nb', { reason: 'c\n{"level":"INFO"}\u2028' })
    log.flush()
    expect(lines()).toHaveLength(1)
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({ message: 'a\nb', reason: 'c\n{"level":"INFO"}\u2028' })
  })
})
