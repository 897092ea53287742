import { setTimeout as pause } from 'node:timers/promises'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { digestOf } from '../lambda/checked-connector.ts'
import { parseConnector } from '../lambda/core/connector.ts'
import { eventSourceSettings } from '../lambda/core/event-source-settings.ts'
import { toFilterText } from '../lambda/core/filter-patterns.ts'
import type { MappingStep } from '../lambda/core/mapping-step.ts'
import { updateMapping } from '../lambda/mapping-update.ts'
import { versionedParameters } from '../lambda/versioned-parameters.ts'
import { memoryEnvironment } from '../lib/memory-environment.ts'
import { lookThrough } from '../tools/dead-letters/dead-letters.ts'
import { localFunction } from '../tools/deployment.ts'
import type { MappingEvent } from './event-source-mapping.ts'
import { startIdempotencyTable } from './idempotency-table.ts'
import type { LocalFunction } from './lambda-api.ts'
import { type LogLine, startFunction } from './lambda-runtime.ts'
import { startLiveEventSourceMapping } from './live-event-source-mapping.ts'
import { localSsmClient } from './parameter-store.ts'
import { createQueues, type LocalQueue, type QueueSettings, REGION } from './queues.ts'

/** What the stack of a connector is on AWS, here: queue and dead-letter queue, function, event-source mapping with its updater. */
export interface LocalBridge {
  readonly queue: LocalQueue
  readonly function: LocalFunction
  /** Sends a signal to every process of the function. */
  signalFunction(signal: NodeJS.Signals): void
  stop(): Promise<void>
}

export interface LocalBridgeOptions {
  readonly name: string
  /** JSON of the connector, as its parameter holds it. */
  readonly connectorText: string
  readonly connectorParameter: string
  readonly sqs: SQSClient
  readonly parameterStoreUrl: string
  /** Where there are bodies in S3. */
  readonly objectStoreUrl?: string | undefined
  /** Of the function, beside what the stack gives it. */
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Directory of the function's bundle. */
  readonly taskRoot: string
  readonly queueSettings: QueueSettings
  readonly onMapping: (event: MappingEvent) => void
  readonly onLog: (line: LogLine) => void
  /** What the updater of the event-source mapping finds to do, also where that is nothing. */
  readonly onMappingStep?: (step: MappingStep) => void
  /** What Lambda itself writes into the function's log of an invocation that failed. */
  readonly onReport?: (report: string) => void
  /** A message which the function sent there itself has an id of its own. */
  readonly onDeadLetter: (messageId: string, body: string) => void
}

/** Seconds for which the function takes its parameters as read, here. */
const PARAMETER_MAX_AGE = 1

export async function startLocalBridge(options: LocalBridgeOptions): Promise<LocalBridge> {
  const { name, sqs, onLog } = options
  const tell = (text: string) => onLog({ stream: 'stdout', text: `${name}: ${text}`, requestId: undefined })
  const connector = parseConnector(options.connectorText)
  const settings = eventSourceSettings(connector)
  const queue = await createQueues(sqs, name, connector, options.queueSettings)
  const ssm = localSsmClient(options.parameterStoreUrl)
  const parameters = versionedParameters(ssm)
  const filterParameter = `/camunda-sqs-bridge/${name}/filter`
  // Nothing runs yet, so that the filter need not wait as it does on AWS.
  await parameters.write(filterParameter, toFilterText(settings.patterns))
  const table = connector.idempotency === 'dynamodb' ? await startIdempotencyTable() : undefined
  if (table) tell(`idempotency table at ${table.endpoint}: dynalite, a stand-in for DynamoDB, in memory, which lets nothing expire`)
  const { functionName } = localFunction(name)
  const { timeout, memorySize, logLevel } = connector.function
  const { largePayloads } = connector.queue
  const environment: Record<string, string> = {
    CONNECTOR_NAME: name,
    CONNECTOR_PARAMETER: options.connectorParameter,
    FILTER_PARAMETER: filterParameter,
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
    POWERTOOLS_LOG_LEVEL: logLevel === 'DEBUG' ? 'DEBUG' : 'INFO',
    POWERTOOLS_PARAMETERS_MAX_AGE: String(PARAMETER_MAX_AGE),
    QUEUE_URL: queue.queueUrl,
    ...(connector.invalidInput === 'deadLetter' && { DEAD_LETTER_QUEUE_URL: queue.deadLetterQueueUrl }),
    ...(table && { IDEMPOTENCY_TABLE: table.tableName, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint }),
    ...memoryEnvironment(memorySize),
    LONGEST_OUTAGE: String(connector.eventSource.longestOutage),
    CHECKED_CONNECTOR: digestOf(options.connectorText),
    ...(largePayloads && { PAYLOAD_BUCKET: largePayloads.bucket }),
    ...(options.objectStoreUrl !== undefined && { AWS_ENDPOINT_URL_S3: options.objectStoreUrl }),
    AWS_ENDPOINT_URL_SSM: options.parameterStoreUrl,
    AWS_ENDPOINT_URL_SQS: await endpointOf(sqs),
    ...options.environment,
  }
  const bridge = startFunction({
    functionName,
    taskRoot: options.taskRoot,
    handler: 'index.handler',
    environment,
    timeout,
    memorySize,
    region: REGION,
    onLog: options.onLog,
    onReport: options.onReport,
  })
  const mapping = await startLiveEventSourceMapping(settings, {
    sqs,
    queueUrl: queue.queueUrl,
    queueArn: queue.queueArn,
    region: REGION,
    functionTimeout: timeout,
    invoke: (event, requestId) => bridge.invoke(event, requestId),
    onEvent: options.onMapping,
  })
  const updater = everySecond(
    (stopped) =>
      updateMapping({
        connectorParameter: options.connectorParameter,
        filterParameter,
        parameters,
        mapping,
        waits: { carriedOut: 0, inEffect: 0, takenOver: 2 * PARAMETER_MAX_AGE, forgotten: 2 * PARAMETER_MAX_AGE + timeout },
        now: Date.now,
        pause: async () => {},
        remainingTime: () => (stopped() ? 0 : Number.POSITIVE_INFINITY),
        onStep: (step) => {
          options.onMappingStep?.(step)
          if (step.kind === 'updateMapping') tell(`event-source mapping updated (${step.why})`)
          if (step.kind === 'writeFilter') tell(`filter active: ${step.text}`)
        },
      }),
    (reason) => tell(`event-source mapping not updated, it stays as it is: ${reason}`),
  )
  const deadLetters = watchDeadLetters(sqs, queue.deadLetterQueueUrl, options.onDeadLetter)
  return {
    queue,
    function: { functionName, timeout, environment, mapping: () => mapping.state() },
    signalFunction: (signal) => bridge.signal(signal),
    async stop() {
      await updater.stop()
      await Promise.all([mapping.stop(), deadLetters.stop()])
      await bridge.stop()
      await table?.stop()
      ssm.destroy()
    },
  }
}

/** Where a client of a local server finds it. */
async function endpointOf({ config }: SQSClient): Promise<string> {
  const { protocol, hostname, port } = (await config.endpoint?.()) ?? {}
  return `${protocol}//${hostname}:${port}`
}

/** Stand-in for the rule that starts the updater: a look every second in place of events. A failure is told when it begins or changes. */
function everySecond(run: (stopped: () => boolean) => Promise<void>, onFailure: (reason: string) => void) {
  const stopping = new AbortController()
  const stopped = () => stopping.signal.aborted
  const running = (async () => {
    let told: string | undefined
    while (!stopped()) {
      const reason = await run(stopped).then(
        () => undefined,
        (error: Error) => error.message,
      )
      if (reason !== undefined && reason !== told && !stopped()) onFailure(reason)
      told = reason
      await pause(1_000, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}

/** Tells of each message that arrives in a dead-letter queue, and leaves it there for `npx camunda-sqs-bridge peek` and `npx camunda-sqs-bridge redrive`. */
function watchDeadLetters(sqs: SQSClient, queueUrl: string, onDeadLetter: LocalBridgeOptions['onDeadLetter']) {
  const stopping = new AbortController()
  const { signal } = stopping
  const told = new Set<string>()
  const watching = (async () => {
    while (!signal.aborted) {
      const messages = await lookThrough(sqs, queueUrl, { most: 1_000, patience: 0, signal }).catch(() => [])
      for (const { MessageId = '', Body = '' } of messages) {
        if (!told.has(MessageId)) onDeadLetter(MessageId, Body)
        told.add(MessageId)
      }
      await pause(1_000, undefined, { signal }).catch(() => {})
    }
  })()
  return {
    stop() {
      stopping.abort()
      return watching
    },
  }
}
