import { loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { ratiosOf, type Spread, spreadOf } from '../statistics.ts'
import type { Gateway, GatewayCounts } from './gateway.ts'
import { measureProcesses } from './process-usage.ts'
import { fill, messagesLeft } from './queue-server.ts'
import type { Side } from './side.ts'

export interface Around {
  readonly sqs: SQSClient
  readonly gateway: Gateway
}

/** How a run is made. */
export interface Load {
  /** Milliseconds that the gateway takes for a request. */
  readonly serviceTime: number
  readonly messages: number
  /** Of a message's body. */
  readonly bytes: number
}

export interface LoadOfBoth extends Load {
  readonly peerMessages: number
}

/** A side, in one run. */
export interface Run {
  readonly messagesPerSecond: number
  readonly mostInFlight: number
  /** Undefined where there is no /proc. */
  readonly processorSecondsPerThousand: number | undefined
  readonly peakMemory: number | undefined
  /** Of the machine, over the last minute. */
  readonly load: number
}

/** The medians of a side's runs. */
export interface SideResult {
  readonly name: string
  readonly runs: readonly Run[]
  readonly messagesPerSecond: Spread
}

export interface Comparison {
  readonly ours: SideResult
  readonly peer: SideResult
  /** Messages a second, ours to the peer's, of the pairs. */
  readonly ratio: Spread
}

const WARM = 0.1
const MOST_WARM_UPS = 5
let next = 0

/** Both sides in turns, once each is warm: as fast as in the run before, but for a tenth. */
export async function compare(around: Around, ours: Side, peer: Side, load: LoadOfBoth, repetitions: number): Promise<Comparison> {
  const ofPeers = { ...load, messages: load.peerMessages }
  await warmUp(around, peer, ofPeers)
  await warmUp(around, ours, load)
  const runs: { ours: Run; peer: Run }[] = []
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const ofPeer = await run(around, peer, ofPeers)
    runs.push({ peer: ofPeer, ours: await run(around, ours, load) })
  }
  const resultOf = (which: 'ours' | 'peer', { name }: Side): SideResult => {
    const own = runs.map((pair) => pair[which])
    return { name, runs: own, messagesPerSecond: spreadOf(own.map(({ messagesPerSecond }) => messagesPerSecond)) }
  }
  const [ofOurs, ofPeer] = [resultOf('ours', ours), resultOf('peer', peer)]
  const rates = ({ runs }: SideResult) => runs.map(({ messagesPerSecond }) => messagesPerSecond)
  return { ours: ofOurs, peer: ofPeer, ratio: ratiosOf(rates(ofOurs), rates(ofPeer)) }
}

async function warmUp(around: Around, side: Side, load: Load) {
  let before = Number.POSITIVE_INFINITY
  for (let runs = 0; runs < MOST_WARM_UPS; runs++) {
    const { messagesPerSecond } = await run(around, side, load)
    if (Math.abs(messagesPerSecond / before - 1) < WARM) return
    before = messagesPerSecond
  }
}

/**
 * A queue full of messages is emptied.
 * @throws where a message was not started exactly once, or is left
 */
export async function run({ sqs, gateway }: Around, side: Side, { serviceTime, messages, bytes }: Load): Promise<Run> {
  const first = next
  next += messages
  await fill(sqs, side.queueUrl, { first, count: messages, bytes })
  await gateway.begin({ first, count: messages, serviceTime })
  const used = measureProcesses(side.pids())
  await side.consume(messages)
  const usage = used()
  const counts = await gateway.counts()
  await accountFor(sqs, side, counts, messages)
  return {
    messagesPerSecond: messages / counts.seconds,
    mostInFlight: counts.mostInFlight,
    processorSecondsPerThousand: usage && (usage.processorSeconds / messages) * 1_000,
    peakMemory: usage?.peakMemory,
    load: loadavg()[0] ?? 0,
  }
}

/** Every message has started one instance, and none is left. */
export async function accountFor(sqs: SQSClient, side: Side, counts: GatewayCounts, messages: number) {
  const left = await eventuallyLeft(sqs, side)
  const { requests, distinct, strangers } = counts
  if (distinct === messages && requests === messages && strangers === 0 && left === 0) return
  const told = `${distinct} of ${messages} messages, ${requests} requests, ${strangers} of them for other messages, ${left} messages left`
  throw new Error(`${side.name}: ${told}`)
}

/** The counts of a queue come late. */
async function eventuallyLeft(sqs: SQSClient, { queueUrl }: Side): Promise<number> {
  let left = await messagesLeft(sqs, queueUrl)
  for (let attempt = 0; left > 0 && attempt < 20; attempt++) {
    await pause(100)
    left = await messagesLeft(sqs, queueUrl)
  }
  return left
}
