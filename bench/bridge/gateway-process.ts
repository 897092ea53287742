import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { startHttpService } from '../../local/http-service.ts'
import { CREATED, CREATED_HEADERS, KEEP_ALIVE } from '../created-instance.ts'
import type { GatewayCounts, GatewayRun } from './gateway.ts'

/** Camunda's `POST /v2/process-instances`, which takes its time, and counts. It is a process of its own, so that it takes nobody else's. */

let run: GatewayRun = { first: 0, count: 0, serviceTime: 0 }
let seen = new Set<number>()
let waits: number[] = []
let [requests, strangers, inFlight, mostInFlight] = [0, 0, 0, 0]
let [began, ended] = [Number.NaN, Number.NaN]

const { url } = await startHttpService(answer, 0, KEEP_ALIVE)

async function answer(_request: IncomingMessage, body: Buffer, response: ServerResponse) {
  const arrived = performance.timeOrigin + performance.now()
  if (requests++ === 0) began = arrived
  mostInFlight = Math.max(mostInFlight, ++inFlight)
  const { n, at } = JSON.parse(body.toString()).variables as { n: number; at?: number }
  if (n >= run.first && n < run.first + run.count) seen.add(n)
  else strangers++
  if (at !== undefined) waits.push(arrived - at)
  if (run.serviceTime > 0) await pause(run.serviceTime)
  inFlight--
  response.writeHead(200, CREATED_HEADERS).end(CREATED)
  ended = performance.timeOrigin + performance.now()
}

process.on('message', (wanted: GatewayRun | 'counts') => {
  if (wanted === 'counts') {
    process.send?.({
      requests,
      distinct: seen.size,
      strangers,
      mostInFlight,
      seconds: (ended - began) / 1_000,
      waits,
    } satisfies GatewayCounts)
    return
  }
  run = wanted
  seen = new Set()
  waits = []
  requests = strangers = mostInFlight = 0
  process.send?.('begun')
})
process.send?.(url)
