import { setTimeout as pause } from 'node:timers/promises'
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConnector } from '../../lambda/core/connector.ts'
import { eventSourceSettings } from '../../lambda/core/event-source-settings.ts'
import { toFilterText } from '../../lambda/core/filter-patterns.ts'
import { type MappingStep, WAITS } from '../../lambda/core/mapping-step.ts'
import { updateMapping } from '../../lambda/mapping-update.ts'
import { startLiveEventSourceMapping } from '../../local/live-event-source-mapping.ts'
import { startEvent } from '../support/connectors.ts'
import { startSqsServer } from '../support/sqs-server.ts'

/** The updater takes a mapping from one way of scaling to the other while messages flow. The stand-in refuses what Lambda refuses: both ways at once. */

let server: Awaited<ReturnType<typeof startSqsServer>>

beforeAll(async () => {
  server = await startSqsServer()
})

afterAll(() => server.stop())

const MODES: readonly object[] = [
  { maximumConcurrency: 5 },
  { provisionedPollers: { minimum: 2, maximum: 4 } },
  { provisionedPollers: { minimum: 3, maximum: 3 } },
  {},
  { provisionedPollers: { minimum: 2, maximum: 2 } },
  { maximumConcurrency: 2 },
]
const connectorText = (eventSource: object) => JSON.stringify({ eventSource, elements: [startEvent()] })

test('through all modes and back, each message is processed once, and none is left', { timeout: 60_000 }, async () => {
  const queue = await server.createQueue('switch')
  const processed = new Map<string, number>()
  let text = connectorText(MODES[0] ?? {})
  const settings = eventSourceSettings(parseConnector(text))
  const mapping = await startLiveEventSourceMapping(settings, {
    sqs: server.sqs,
    ...queue,
    region: 'eu-central-1',
    functionTimeout: 1,
    async invoke({ Records }) {
      await pause(20)
      for (const { body } of Records) processed.set(body, (processed.get(body) ?? 0) + 1)
      return { kind: 'response', payload: '{"batchItemFailures":[]}' }
    },
  })
  const steps: MappingStep[] = []
  const run = () =>
    updateMapping({
      connectorParameter: 'connector',
      filterParameter: 'filter',
      parameters: {
        read: async (name) => ({ text: name === 'filter' ? toFilterText(settings.patterns) : text, modified: 0 }),
        write: async () => {
          throw new Error('the filter stays')
        },
      },
      mapping,
      waits: WAITS,
      now: Date.now,
      pause: () => pause(5),
      remainingTime: () => 240_000,
      onStep: (step) => steps.push(step),
    })

  let sent = 0
  let flows = true
  const flow = (async () => {
    while (flows) {
      const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: `${sent++}` }))
      await server.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.queueUrl, Entries }))
      await pause(20)
    }
  })()
  for (const mode of [...MODES, ...MODES.toReversed()]) {
    text = connectorText(mode)
    const before = processed.size
    await run()
    expect(await mapping.state()).toMatchObject({ maximumConcurrency: undefined, provisionedPollers: undefined, ...mode })
    await expect.poll(() => processed.size, { timeout: 10_000, message: JSON.stringify(mode) }).toBeGreaterThan(before + 30)
  }
  flows = false
  await flow
  await expect.poll(() => processed.size, { timeout: 20_000 }).toBe(sent)
  expect([...processed.values()].filter((times) => times !== 1)).toEqual([])
  expect(steps.filter(({ kind }) => kind === 'updateMapping').length).toBeGreaterThan(2 * MODES.length)
  await mapping.stop()
})
