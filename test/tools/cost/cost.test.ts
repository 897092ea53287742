import { describe, expect, test } from 'vitest'
import { comparedCosts } from '../../../tools/cost/compared-costs.ts'
import { costReport } from '../../../tools/cost/cost-report.ts'
import { runCommand } from '../../support/command.ts'
import { connector } from '../../support/connectors.ts'

const CONTAINER = { vcpu: 1, gigabytes: 2 }
const MONTH = { messages: 1_000_000, bytes: 2_048, camundaLatency: 50, busyHours: 720 }

const costs = (month: Partial<typeof MONTH> = {}, of: object = {}) =>
  comparedCosts(connector({ ...of }), { ...MONTH, ...month }, CONTAINER, 'us-east-1')

describe('the costs of a month', () => {
  test('are those of messages that come one by one, and of full batches, which cost less', () => {
    const { bridge } = costs()
    expect(bridge.map(({ messagesPerBatch }) => messagesPerBatch)).toEqual([1, 10])
    expect(bridge[1]?.dollars).toBeLessThan(bridge[0]?.dollars ?? 0)
  })

  test('are one where a batch is a message', () => expect(costs({}, { eventSource: { batchSize: 1 } }).bridge).toHaveLength(1))

  test('of a container hardly depend on the messages', () => {
    const [idle, busy] = [costs({ messages: 0 }).container.dollars, costs().container.dollars]
    expect(busy - idle).toBeCloseTo(0.8, 9)
    expect(idle).toBeCloseTo(720 * (0.04048 + 2 * 0.004445) + (720 * 180 * 0.4) / 1e6, 9)
  })

  test('grow with messages, their size and Camunda’s latency', () => {
    const dollars = (month: Partial<typeof MONTH>) => costs(month).bridge[0]?.dollars ?? 0
    for (const more of [{ messages: 2_000_000 }, { bytes: 100_000 }, { camundaLatency: 500 }])
      expect(dollars(more)).toBeGreaterThan(dollars({}))
  })
})

test('the report has a row for each part that costs something, and says what is not counted', () => {
  const report = costReport(costs(), { messages: 1_000_000, size: 2, region: 'us-east-1' })
  const rows = report.split('\n').map((line) => line.split(/\s{2,}/))
  expect(rows.map(([name]) => name)).toEqual(expect.arrayContaining(['Lambda', 'SQS', 'Logs', 'Alarms', 'Metrics', 'Fargate', 'together']))
  for (const none of ['DynamoDB', 'Dashboard', 'Pollers']) expect(rows.map(([name]) => name)).not.toContain(none)
  expect(report).toContain('are not counted')
  expect(report.split('\n').filter((line) => line.length > 80)).toEqual([])
})

describe('the command', () => {
  test('calculates for programs, too', async () => {
    const { code, out } = await runCommand(['cost', '--messages-per-month', '1000000', '--size', '2', '--json'])
    expect(code).toBe(0)
    const { bridge, container, sources } = JSON.parse(out)
    expect(bridge[1].dollars).toBeCloseTo(costs().bridge[1]?.dollars ?? 0, 9)
    expect(container).toMatchObject(CONTAINER)
    expect(sources.map(({ service }: { service: string }) => service)).toContain('AWS Fargate')
  })

  test('takes a connector from its file', async () => {
    const { code, out } = await runCommand(['cost', 'orders', '--messages-per-month', '0'])
    expect(code).toBe(0)
    expect(out).toMatch(/^0 messages of 2 KB a month/)
  })

  test.each([
    ['without the number of messages', ['cost'], 'messages-per-month'],
    ['with a region without prices', ['cost', '--messages-per-month', '1', '--region', 'mars'], 'us-east-1'],
    ['with a connector that is not there', ['cost', 'nobody', '--messages-per-month', '1'], 'nobody'],
  ])('%s says what is wrong', async (_, args, told) => {
    const { code, error } = await runCommand(args)
    expect(code).toBe(2)
    expect(error).toContain(told)
  })
})
