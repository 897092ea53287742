import type { Connector } from '../../lambda/core/connector.ts'
import { existingQueue, isFifo } from '../../lambda/core/connector-rules.ts'
import { alarmThresholds } from '../alarm-thresholds.ts'
import { HOURS, type MonthlyUsage } from './monthly-cost.ts'

/** The messages of a month, and what the function meets with them. */
export interface Traffic {
  readonly messages: number
  /** Of a message, its attributes included. */
  readonly bytes: number
  /** Of a batch, on the average; 1 where messages come one by one. */
  readonly messagesPerBatch: number
  /** Milliseconds until Camunda answers. */
  readonly camundaLatency: number
  /** In which messages come; there are metrics of no other hour. */
  readonly busyHours: number
}

/** What a connector without messages uses: pollers, updater, alarms, dashboard. */
export const NO_MESSAGES: Traffic = { messages: 0, bytes: 0, messagesPerBatch: 1, camundaLatency: 0, busyHours: 0 }

/** Lambda's connections to a standard queue on which nothing comes (AWS Lambda guide, "Using Lambda with Amazon SQS", polling); each asks every 20 seconds. */
export const IDLE_POLLERS = 5

function emptyReceives({ eventSource: { enabled, provisionedPollers } }: Connector): number {
  return enabled ? ((provisionedPollers?.minimum ?? IDLE_POLLERS) * HOURS * 3_600) / 20 : 0
}

/**
 * What a connector uses in a month. Lambda's pollers, once they have messages, are taken to receive and to delete in tens, at most; empty receives are
 * counted as if there were none to receive. What senders pay for sending is not in it.
 */
export function usageOf(connector: Connector, traffic: Traffic): MonthlyUsage {
  const { messages, messagesPerBatch } = traffic
  const batches = messages === 0 ? 0 : messages / messagesPerBatch
  const createsInstances = connector.elements.some(({ correlationPoint }) => correlationPoint.kind === 'createProcessInstance')
  return {
    invocations: batches + UPDATES,
    gigabyteSeconds:
      (batches * secondsOf(connector, traffic) * connector.function.memorySize) / 1_024 +
      (UPDATES * UPDATER.seconds * UPDATER.megabytes) / 1_024,
    sqsRequests: emptyReceives(connector) + sqsRequests(traffic),
    pollerHours: (connector.eventSource.provisionedPollers?.minimum ?? 0) * HOURS,
    fifo: isFifo(connector),
    logBytes:
      messages * LOG_BYTES.message + batches * (LOG_BYTES[connector.monitoring] + LOG_BYTES.invocation) + UPDATES * LOG_BYTES.invocation,
    alarmMetrics: alarmMetrics(connector),
    metrics: (connector.monitoring === 'full' ? METRICS.idle : 0) + (metricsOf(connector) * traffic.busyHours) / HOURS,
    dashboards: connector.monitoring === 'full' ? 1 : 0,
    tableWrites: connector.idempotency === 'dynamodb' && createsInstances ? WRITES_OF_AN_INSTANCE * messages : 0,
    kmsKeys: connector.encryption.kmsKey === 'create' ? 1 : 0,
  }
}

/** Requests of 64 KiB that receive and delete what comes. */
export function sqsRequests({ messages, bytes, messagesPerBatch }: Traffic): number {
  const atOnce = Math.min(messagesPerBatch, SQS_BATCH)
  const perReceive = Math.max(1, Math.ceil((atOnce * bytes) / SQS_CHUNK))
  return (messages / atOnce) * (perReceive + 1)
}

/** Billed for a batch: waiting for Camunda, as often as the messages take turns, and the processor's time at the function's share of it. */
function secondsOf(connector: Connector, { messagesPerBatch, bytes, camundaLatency }: Traffic): number {
  const turns = Math.ceil(messagesPerBatch / connector.eventSource.concurrency)
  const processor = PROCESSOR.batch + messagesPerBatch * (PROCESSOR.message + (PROCESSOR.kilobyte * bytes) / 1_024)
  return (turns * camundaLatency + processor / Math.min(1, connector.function.memorySize / VCPU_MEGABYTES)) / 1_000
}

/** An alarm reads one metric, but for the one that compares three. */
function alarmMetrics(connector: Connector): number {
  const raised = Object.entries(alarmThresholds(connector)).filter(([, threshold]) => threshold !== false)
  const unwatched = existingQueue(connector) && connector.queue.deadLetterQueueArn === undefined ? ['DeadLetters'] : []
  const ids = raised.map(([id]) => id).filter((id) => !unwatched.includes(id))
  return ids.reduce((sum, id) => sum + (id === 'EverythingFilteredOut' ? 3 : 1), 0)
}

const SQS_BATCH = 10
const SQS_CHUNK = 64 * 1_024
/** Megabytes of a function that has one processor (AWS Lambda guide, "Configure Lambda function memory"). */
const VCPU_MEGABYTES = 1_769
/** Milliseconds of a whole processor, as `npm run bench:cost` measures them, rounded up. */
const PROCESSOR = { batch: 1, message: 0.3, kilobyte: 0.03 }
/** Of the updater, which runs every five minutes. */
const UPDATES = HOURS * 12
const UPDATER = { megabytes: 256, seconds: 0.3 }
/** Of a healthy connector's log: a line a message, the metrics of a batch by what is monitored, and what Lambda writes of an invocation. */
export const LOG_BYTES = { message: 650, full: 1_200, alarms: 250, invocation: 700 }
/**
 * Of a healthy connector with full monitoring: seven of all messages, one of each element, and Lambda's five of the mapping, one of which it tells without messages
 * too (guide, "Event source mapping metrics": an empty poll is a 0).
 */
const METRICS = { connector: 7, element: 1, mapping: 4, idle: 1 }

/** Without full monitoring, the one which an alarm reads as long as all is well. */
function metricsOf(connector: Connector): number {
  if (connector.monitoring === 'full') return METRICS.connector + METRICS.mapping + METRICS.element * connector.elements.length
  return alarmThresholds(connector).CamundaLatency === false ? 0 : 1
}

/** That it begins, and that it is done. */
const WRITES_OF_AN_INSTANCE = 2
