import type { StandInOptions } from '../camunda/stand-in.ts'
import type { ParameterStore } from '../parameter-store.ts'
import type { QueueSettings } from '../queues.ts'
import { type Body, sometimesManyKeys, sometimesOdd, WHOLE_BODY } from './bodies.ts'
import { type Fault, type FaultProxy, passOn } from './fault-proxy.ts'
import {
  answeredInstead,
  executedAndThen,
  late,
  problemAnswer,
  refused,
  resetAfter,
  resetBefore,
  responseLost,
} from './faults-of-requests.ts'
import type { QueueFaults } from './queue-faults.ts'
import type { RowCamunda } from './row-camunda.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

/** One fault, and how the bridge is set up for it. */
export interface Row {
  readonly name: string
  /** A creation can come to pass without the bridge's knowledge: it is then repeated. */
  readonly ambiguous: boolean
  /** Nothing was executed, and the bridge cannot know it. */
  readonly looksAmbiguous?: true
  /** Kills Camunda: not for a cluster of somebody else. */
  readonly kills?: true
  /** Of Camunda: its release, and what it takes. Not for a cluster of somebody else. */
  readonly camunda?: Pick<StandInOptions, 'version' | 'serviceTime' | 'inFlight'>
  /** Over within seconds, so that the tests can afford it. */
  readonly brief?: true
  /** The function has done a part of the messages before the fault strikes. */
  readonly warm?: true
  readonly function?: { readonly timeout?: number; readonly requestTimeout?: number; readonly memorySize?: number }
  readonly eventSource?: { readonly longestOutage: number }
  readonly queue?: Partial<QueueSettings>
  /** More of the connector, at its top level. */
  readonly connector?: object
  readonly resultExpression?: string
  readonly body?: (n: number) => Body
  /** What it does until its first `await` is done before the first message is sent. Absent: the messages themselves are the fault. */
  readonly strike?: (site: Site) => void | Promise<void>
}

/** What a fault can get at. */
export interface Site {
  /** How many messages are sent. */
  readonly messages: number
  readonly proxy: FaultProxy
  readonly parameters: ParameterStore
  readonly tokens: TokenEndpoint
  readonly queue: QueueFaults
  readonly camunda: RowCamunda
  readonly signalFunction: (signal: NodeJS.Signals) => void
  /** Resolves after so many seconds, or after one where the run is to be short, but not before the fault has struck. */
  readonly seconds: (count: number) => Promise<void>
  /** Resolves when so many requests have reached the proxy. */
  readonly requests: (count: number) => Promise<void>
}

const exhausted = (status: number) =>
  problemAnswer(
    status,
    'RESOURCE_EXHAUSTED',
    'Expected to execute the command, but it was rejected: reached the limit of requests in flight',
  )
const gatewayTimeout = problemAnswer(504, 'Gateway Timeout', 'no answer from the upstream server in time')
const halfJson = ({ body }: { readonly body: string }) => ({
  status: 200,
  contentType: 'application/json',
  body: body.slice(0, Math.ceil(body.length / 2)),
})

/** Half of the requests, until half as many as there are messages have suffered: some of them may be retries. */
function halfOf(fault: Fault) {
  return ({ proxy, messages }: Site) => proxy.strike(fault, { share: 0.5, atMost: messages / 2 })
}

/** Most of the requests for some seconds. */
function stormOf(fault: Fault) {
  return async ({ proxy, seconds }: Site) => {
    proxy.strike(fault, { share: 0.6 })
    await seconds(8)
    proxy.relent()
  }
}

/** Each fifth part of the messages brings it once. */
function nowAndThen(event: (site: Site) => void, atMost: number) {
  return (site: Site) =>
    site.proxy.strike(
      executedAndThen(() => event(site)),
      { every: Math.ceil(site.messages / 5), atMost },
    )
}

function parametersIn(trouble: NonNullable<ParameterStore['trouble']>) {
  return async ({ parameters, seconds }: Site) => {
    parameters.trouble = trouble
    await seconds(10)
    parameters.trouble = undefined
  }
}

/** An outage which a message has to live through with five receives, as a queue of the stack allows them. */
function lastingFor(longestOutage: number): Pick<Row, 'eventSource' | 'queue'> {
  return { eventSource: { longestOutage }, queue: { maxReceiveCount: 5 } }
}

export const rows: readonly Row[] = [
  {
    name: 'Camunda killed, and back after 30 s',
    // What was under way when it was killed may have been executed.
    ambiguous: true,
    kills: true,
    // It takes its time to start.
    ...lastingFor(60),
    async strike({ camunda, proxy, messages, requests, seconds }) {
      await requests(messages / 4)
      proxy.close()
      await camunda.crash()
      await seconds(30)
      await proxy.open()
      await camunda.startAgain()
    },
  },
  {
    name: 'connections refused',
    ambiguous: false,
    brief: true,
    ...lastingFor(15),
    async strike({ proxy, seconds }) {
      proxy.close()
      await seconds(10)
      await proxy.open()
    },
  },
  {
    name: 'connections refused for two minutes',
    ambiguous: false,
    ...lastingFor(130),
    async strike({ proxy, seconds }) {
      proxy.close()
      await seconds(120)
      await proxy.open()
    },
  },
  { name: 'reset before the request is read', ambiguous: false, looksAmbiguous: true, brief: true, strike: halfOf(resetBefore) },
  { name: 'reset after Camunda executed it', ambiguous: true, brief: true, strike: halfOf(resetAfter) },
  {
    name: 'response lost',
    ambiguous: true,
    strike: ({ proxy, messages }) => proxy.strike(responseLost, { share: 0.3, atMost: messages / 4 }),
  },
  { name: '429 storm', ambiguous: false, strike: stormOf(refused(exhausted(429))) },
  { name: '503 storm', ambiguous: false, brief: true, strike: stormOf(refused(exhausted(503))) },
  // So many requests at a time are under way from this bridge that a broker which takes three, and its time for each, has to refuse some.
  { name: 'back-pressure of a broker of 8.6 (429)', ambiguous: false, camunda: { version: '8.6', serviceTime: 100, inFlight: 3 } },
  {
    name: 'back-pressure of a broker of 8.8 (503)',
    ambiguous: false,
    brief: true,
    camunda: { version: '8.8', serviceTime: 100, inFlight: 3 },
  },
  { name: '504, not executed', ambiguous: false, looksAmbiguous: true, strike: halfOf(refused(gatewayTimeout)) },
  { name: '504, executed', ambiguous: true, strike: halfOf(answeredInstead(() => gatewayTimeout)) },
  { name: 'half of the JSON in a 200', ambiguous: true, strike: halfOf(answeredInstead(halfJson)) },
  {
    name: '10 s latency, within the request time-out',
    ambiguous: false,
    function: { timeout: 20, requestTimeout: 15 },
    queue: { visibilityTimeout: 20 },
    strike: ({ proxy, messages }) => proxy.strike(late(10_000), { atMost: messages / 2 }),
  },
  {
    name: '10 s latency, beyond the request time-out',
    ambiguous: true,
    strike: ({ proxy, messages }) => proxy.strike(late(10_000), { share: 0.3, atMost: messages / 4 }),
  },
  {
    name: '401 until the token is a fresh one',
    // Not brief: a dozen messages may be through before the token is renewed.
    ambiguous: false,
    async strike({ proxy, tokens, messages, requests }) {
      const unauthorized = refused(problemAnswer(401, 'Unauthorized', 'the token is not valid'))
      for (let renewals = 1; renewals <= 4; renewals++) {
        await requests((renewals * messages) / 5)
        tokens.renew()
        proxy.strike((exchange) => (tokens.isValid(exchange.authorization) ? passOn(exchange) : unauthorized(exchange)))
      }
    },
  },
  {
    name: 'token endpoint down',
    ambiguous: false,
    ...lastingFor(15),
    async strike({ tokens, seconds }) {
      tokens.down = true
      await seconds(10)
      tokens.down = false
    },
  },
  { name: 'SSM throttled at cold start', ambiguous: false, ...lastingFor(15), strike: parametersIn('throttled') },
  { name: 'SSM down at cold start', ambiguous: false, ...lastingFor(15), strike: parametersIn('down') },
  { name: 'SSM throttled when warm', ambiguous: false, warm: true, strike: parametersIn('throttled') },
  { name: 'SSM down when warm', ambiguous: false, warm: true, strike: parametersIn('down') },
  {
    name: 'function killed mid-batch',
    ambiguous: true,
    brief: true,
    strike: nowAndThen(({ signalFunction }) => signalFunction('SIGKILL'), 3),
  },
  // It hangs as a whole: within its own event loop it minds the time.
  { name: 'function timed out mid-batch', ambiguous: true, strike: nowAndThen(({ signalFunction }) => signalFunction('SIGSTOP'), 2) },
  {
    name: 'delivered twice at once',
    ambiguous: true,
    brief: true,
    strike({ queue }) {
      queue.twiceAtOnce = 0.5
    },
  },
  {
    name: 'delivered again when done',
    ambiguous: true,
    strike({ queue }) {
      queue.twiceLater = 0.5
    },
  },
  {
    name: 'deletion lost',
    ambiguous: true,
    strike({ queue }) {
      queue.deletionsLost = 0.5
    },
  },
  {
    name: 'poison among healthy messages',
    ambiguous: false,
    function: { timeout: 15, requestTimeout: 10 },
    queue: { visibilityTimeout: 15, maxReceiveCount: 3 },
    body: sometimesOdd,
    resultExpression: WHOLE_BODY,
  },
  {
    name: 'poison, a dead letter at once',
    ambiguous: false,
    function: { timeout: 15, requestTimeout: 10 },
    queue: { visibilityTimeout: 15 },
    connector: { invalidInput: 'deadLetter' },
    body: sometimesOdd,
    resultExpression: WHOLE_BODY,
  },
  {
    name: '100,000 variables among healthy messages',
    ambiguous: false,
    function: { timeout: 15, requestTimeout: 10 },
    queue: { visibilityTimeout: 15, maxReceiveCount: 3 },
    body: sometimesManyKeys,
    resultExpression: '=body',
  },
]
