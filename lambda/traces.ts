import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import type { SQSRecord } from 'aws-lambda'
import type { Settled } from './bridge.ts'
import type { Camunda } from './camunda.ts'
import type { CamundaReply, CorrelationOutcome } from './core/outcome.ts'

/**
 * Segment documents of X-Ray (developer guide, "AWS X-Ray segment documents"), which go to the daemon that Lambda runs beside the function
 * ("Sending trace data to AWS X-Ray": each is a datagram, after a line that says so). Of the invocation Lambda itself has a segment, which
 * it links to the traces of the messages' senders ("Tracing event-driven applications"); below it there is a subsegment for each message, a document
 * with one for each request to Camunda in it.
 */
export class Traces {
  readonly #socket: Socket
  readonly #host: string
  readonly #port: number

  /** @param daemon as AWS_XRAY_DAEMON_ADDRESS has it: `HOST:PORT`, or `tcp:HOST:PORT udp:HOST:PORT` */
  constructor(daemon = '127.0.0.1:2000') {
    const [, host = '127.0.0.1', port = '2000'] = /(?:^|udp:)([^\s:]+):(\d+)$/.exec(daemon) ?? []
    this.#host = host
    this.#port = Number(port)
    this.#socket = createSocket('udp4').unref()
    // A trace is worth no message.
    this.#socket.on('error', () => {})
  }

  /** @param header of the invocation, as `_X_AMZN_TRACE_ID` has it */
  invocation(header: string | undefined): InvocationTrace {
    return new InvocationTrace(traceIn(header), (document) => this.#send(document))
  }

  #send(document: object): Promise<void> {
    const datagram = `{"format":"json","version":1}\n${JSON.stringify(document)}`
    return new Promise<void>((resolve) => this.#socket.send(datagram, this.#port, this.#host, () => resolve())).catch(() => {})
  }
}

/** Messages of one invocation which have subsegments: a trace holds 500 KB (X-Ray quotas), and a message with its request takes less than 1 KB. */
export const MOST_TRACED = 400
/** Milliseconds for which the daemon, which is on this machine, is waited for. */
const FLUSH_MS = 200

interface Trace {
  readonly root: string
  readonly parent: string
  readonly isSampled: boolean
}

interface Subsegment {
  readonly id: string
  readonly name: string
  readonly began: number
  readonly below: object[]
}

/** The trace of one invocation. Nothing here throws, or keeps a message waiting. */
export class InvocationTrace {
  readonly #trace: Trace | undefined
  readonly #write: (document: object) => Promise<void>
  readonly #written: Promise<void>[] = []
  /** The message, and then the request, which is under way. */
  readonly #current = new AsyncLocalStorage<Subsegment>()
  #traced = 0

  constructor(trace: Trace | undefined, write: (document: object) => Promise<void>) {
    this.#trace = trace
    this.#write = write
  }

  /** What becomes of a message, in a subsegment of its own. */
  async message(record: SQSRecord, settle: () => Promise<Settled>): Promise<Settled> {
    const { parent } = this.#trace ?? {}
    if (parent === undefined || ++this.#traced > MOST_TRACED) return settle()
    const message = begun('message')
    const settled = await this.#current.run(message, settle)
    if (!this.#trace?.isSampled) return settled
    const annotations = {
      message_id: record.messageId,
      receive_count: Number(record.attributes.ApproximateReceiveCount),
      element_id: settled.elementId,
      sender_trace_id: traceIn(record.attributes.AWSTraceHeader)?.root,
    }
    const place = { trace_id: this.#trace.root, parent_id: parent, type: 'subsegment' }
    this.#written.push(this.#write({ ...ended(message, settled.outcome, annotations), ...place }))
    return settled
  }

  /** The same Camunda, each of whose requests is a subsegment of its message. */
  camunda(camunda: Camunda): Camunda {
    return {
      send: async (...command) => {
        const message = this.#current.getStore()
        if (!message) return camunda.send(...command)
        const request = begun('Camunda')
        const reply = await this.#current.run(request, () => camunda.send(...command))
        message.below.push({ ...ended(request, reply), namespace: 'remote' })
        return reply
      },
    }
  }

  /** The request that is under way as its receiver is told of it (W3C Trace Context, "traceparent Header"). */
  traceparent(): Readonly<Record<string, string>> {
    const [trace, request] = [this.#trace, this.#current.getStore()]
    if (!trace || !request) return {}
    const id = trace.root.replace(/^1-|-/g, '')
    return { traceparent: `00-${id}-${request.id}-${trace.isSampled ? '01' : '00'}` }
  }

  /** What was written has left before the environment is frozen. */
  async flush(): Promise<void> {
    if (this.#written.length === 0) return
    const patience = new Promise<void>((over) => setTimeout(over, FLUSH_MS).unref())
    await Promise.race([Promise.all(this.#written), patience])
  }
}

type Annotations = Readonly<Record<string, string | number | undefined>>

/** As X-Ray colours them: an error of whoever called, and a fault of whoever was called. */
const FLAGS: Readonly<Partial<Record<CorrelationOutcome['kind'], object>>> = {
  InvalidInput: { error: true },
  CamundaRejected: { error: true },
  CamundaUnavailable: { fault: true },
  Ambiguous: { fault: true },
  Unexpected: { fault: true },
}

function keysOf(outcome: CorrelationOutcome | CamundaReply): Annotations {
  return {
    process_instance_key: 'processInstanceKey' in outcome ? outcome.processInstanceKey : undefined,
    message_key: 'messageKey' in outcome ? outcome.messageKey : undefined,
  }
}

function begun(name: string): Subsegment {
  return { id: randomBytes(8).toString('hex'), name, began: Date.now() / 1_000, below: [] }
}

/** A subsegment as X-Ray takes it, with those below it. */
function ended({ id, name, began, below }: Subsegment, outcome: CorrelationOutcome, annotations: Annotations = {}): object {
  return {
    id,
    name,
    start_time: began,
    end_time: Date.now() / 1_000,
    ...FLAGS[outcome.kind],
    annotations: { outcome: outcome.kind, ...keysOf(outcome), ...annotations },
    ...(below.length > 0 && { subsegments: below }),
  }
}

/** The trace of a header (X-Ray developer guide, "Tracing header"), which whoever sends a message writes as well; undefined where there is none. */
function traceIn(header = ''): Trace | undefined {
  const [, root] = /\bRoot=(1-[\da-f]{8}-[\da-f]{24})\b/.exec(header) ?? []
  const [, parent = ''] = /\bParent=([\da-f]{16})\b/.exec(header) ?? []
  return root === undefined ? undefined : { root, parent, isSampled: /\bSampled=1\b/.test(header) }
}
