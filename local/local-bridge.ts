import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { parseConnector } from '../lambda/core/connector.ts'
import { filterCriteria } from '../lambda/core/filter-criteria.ts'
import { type MappingEvent, startEventSourceMapping } from './event-source-mapping.ts'
import { type LogLine, startFunction } from './lambda-runtime.ts'
import { createQueues, type LocalQueue, type QueueSettings, REGION } from './queues.ts'

/** What the stack of a connector is on AWS, here: queue and dead-letter queue, function, event-source mapping. */
export interface LocalBridge {
  readonly queue: LocalQueue
  stop(): Promise<void>
}

export interface LocalBridgeOptions {
  readonly name: string
  /** JSON of the connector, as its parameter holds it. */
  readonly connectorText: string
  readonly connectorParameter: string
  readonly sqs: SQSClient
  readonly parameterStoreUrl: string
  /** Directory of the function's bundle. */
  readonly taskRoot: string
  readonly queueSettings: QueueSettings
  readonly onMapping: (event: MappingEvent) => void
  readonly onLog: (line: LogLine) => void
  readonly onDeadLetter: (messageId: string) => void
}

export async function startLocalBridge(options: LocalBridgeOptions): Promise<LocalBridge> {
  const { name, sqs } = options
  const connector = parseConnector(options.connectorText)
  const { eventSource } = connector
  const { patterns } = filterCriteria(connector)
  const queue = await createQueues(sqs, name, connector, options.queueSettings)
  const bridge = startFunction({
    functionName: `camunda-sqs-bridge-${name}`,
    taskRoot: options.taskRoot,
    handler: 'index.handler',
    environment: {
      CONNECTOR_NAME: name,
      CONNECTOR_PARAMETER: options.connectorParameter,
      FILTER_DIGEST: createHash('sha256').update(JSON.stringify(patterns)).digest('hex'),
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
      POWERTOOLS_LOG_LEVEL: connector.function.logLevel === 'DEBUG' ? 'DEBUG' : 'INFO',
      AWS_ENDPOINT_URL_SSM: options.parameterStoreUrl,
    },
    timeout: connector.function.timeout,
    memorySize: connector.function.memorySize,
    region: REGION,
    onLog: options.onLog,
  })
  const mapping = await startEventSourceMapping({
    sqs,
    queueUrl: queue.queueUrl,
    queueArn: queue.queueArn,
    region: REGION,
    batchSize: eventSource.batchSize,
    maximumBatchingWindow: eventSource.maximumBatchingWindow,
    maximumConcurrency: eventSource.maximumConcurrency,
    filterPatterns: patterns,
    reportBatchItemFailures: true,
    functionTimeout: connector.function.timeout,
    invoke: (event) => bridge.invoke(event),
    onEvent: options.onMapping,
  })
  const deadLetters = watchDeadLetters(sqs, queue.deadLetterQueueUrl, options.onDeadLetter)
  return {
    queue,
    async stop() {
      await Promise.all([mapping.stop(), deadLetters.stop()])
      await bridge.stop()
    },
  }
}

/** Tells of each message that arrives in a dead-letter queue, and leaves it there, out of sight for half a day. */
function watchDeadLetters(sqs: SQSClient, queueUrl: string, onDeadLetter: (messageId: string) => void) {
  let stopped = false
  const watching = (async () => {
    while (!stopped) {
      const received = await sqs
        .send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 43_200 }))
        .catch(() => pause(500).then(() => undefined))
      for (const { MessageId } of received?.Messages ?? []) if (MessageId) onDeadLetter(MessageId)
    }
  })()
  return {
    stop() {
      stopped = true
      return watching
    },
  }
}
