import { setTimeout as pause } from 'node:timers/promises'
import { percentile } from '../statistics.ts'
import { type Around, accountFor } from './measure.ts'
import { bodyOf, send } from './queue-server.ts'
import type { Side } from './side.ts'

/** Milliseconds from the sending of a message to its request at Camunda's gateway. */
export interface Latency {
  readonly name: string
  readonly messages: number
  readonly half: number
  readonly of95: number
  readonly of99: number
  readonly most: number
}

/** Far above the numbers of the runs in which a queue is emptied. */
let next = 1_000_000_000

/** Messages that come one by one, so many a second. */
export async function latencyOf({ sqs, gateway }: Around, side: Side, perSecond: number, messages: number): Promise<Latency> {
  const first = next
  next += messages
  await gateway.begin({ first, count: messages, serviceTime: 20 })
  const consumed = side.consume(messages)
  const began = performance.now()
  for (let sent = 0; sent < messages; sent++) {
    await pause(Math.max(0, began + (sent * 1_000) / perSecond - performance.now()))
    const at = performance.timeOrigin + performance.now()
    await send(sqs, side.queueUrl, [bodyOf({ n: first + sent, at }, 200)])
  }
  await consumed
  const counts = await gateway.counts()
  await accountFor(sqs, side, counts, messages)
  const [half = 0, of95 = 0, of99 = 0, most = 0] = [50, 95, 99, 100].map((hundredths) => percentile(counts.waits, hundredths))
  return { name: side.name, messages, half, of95, of99, most }
}
