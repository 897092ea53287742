import type { SQSClient } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import { digestOf } from '../../lambda/checked-connector.ts'
import { startEventSourceMapping } from '../../local/event-source-mapping.ts'
import { startFunction } from '../../local/lambda-runtime.ts'
import type { ParameterStore } from '../../local/parameter-store.ts'
import { createQueue, REGION } from '../../local/queues.ts'
import type { Side } from './side.ts'

export interface BridgeOptions {
  readonly name: string
  /** With the bundle. */
  readonly directory: string
  readonly sqs: SQSClient
  readonly parameters: ParameterStore
  readonly gatewayUrl: string
  readonly environments: number
  readonly batchSize: number
  /** Messages at Camunda at a time, of an environment; as many as a batch has unless given. */
  readonly concurrency?: number | undefined
  /** Seconds. */
  readonly window: number
  /** Megabytes. */
  readonly memorySize: number
  /** What the stack of the build gives its function besides. */
  readonly environment: Readonly<Record<string, string>>
}

const TIMEOUT = 30
let count = 0

/** A build of the bridge: its bundle in AWS's runtime client, behind the stand-in of Lambda's event-source mapping. */
export async function startBridge(options: BridgeOptions): Promise<Side> {
  const { name, sqs, parameters, environments, batchSize } = options
  const connectorName = `bench-${++count}`
  const { queueUrl, queueArn } = await createQueue(sqs, connectorName, { VisibilityTimeout: '180' })
  const connector = connectorText(connectorName, options)
  parameters.parameters.set(`/${connectorName}/connector`, connector)
  parameters.parameters.set(`/${connectorName}/filter`, '[]')
  parameters.parameters.set(`/${connectorName}/camunda/CAMUNDA_REST_ADDRESS`, options.gatewayUrl)
  const bridge = startFunction({
    functionName: connectorName,
    taskRoot: options.directory,
    handler: 'index.handler',
    environment: {
      CONNECTOR_NAME: connectorName,
      CONNECTOR_PARAMETER: `/${connectorName}/connector`,
      FILTER_PARAMETER: `/${connectorName}/filter`,
      QUEUE_URL: queueUrl,
      POWERTOOLS_SERVICE_NAME: 'camunda-sqs-bridge',
      POWERTOOLS_METRICS_NAMESPACE: 'CamundaSqsBridge',
      POWERTOOLS_PARAMETERS_MAX_AGE: '60',
      FUNCTION_TIMEOUT: String(TIMEOUT),
      CHECKED_CONNECTOR: digestOf(connector),
      AWS_ENDPOINT_URL_SSM: parameters.url,
      // Where nobody is: no message of a bench is to need it.
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
      ...options.environment,
    },
    timeout: TIMEOUT,
    memorySize: options.memorySize,
    region: REGION,
  })
  // The mapping may invoke one more than there are environments, so that a batch is at hand when one of them is idle, as Lambda's pollers have it.
  const environment = pLimit(environments)
  return {
    name,
    queueUrl,
    pids: () => bridge.pids(),
    async consume(wanted) {
      let left = wanted
      const { promise: allDeleted, resolve, reject } = Promise.withResolvers<void>()
      const mapping = await startEventSourceMapping({
        sqs,
        queueUrl,
        queueArn,
        region: REGION,
        batchSize,
        maximumBatchingWindow: options.window,
        maximumConcurrency: environments + 1,
        filterPatterns: [],
        functionTimeout: TIMEOUT,
        invoke: (event, requestId) => environment(() => bridge.invoke(event, requestId)),
        onEvent(event) {
          if (event.kind !== 'settled') return
          if (event.fate === 'returned') reject(new Error(`${name}: a message is returned: ${event.why}`))
          left -= 1
          if (left === 0) resolve()
        },
      })
      await allDeleted.finally(() => mapping.stop())
    },
    stop: () => bridge.stop(),
  }
}

function connectorText(name: string, { batchSize, concurrency, window }: BridgeOptions): string {
  return JSON.stringify({
    camunda: `/${name}/camunda/`,
    eventSource: { batchSize, concurrency, maximumBatchingWindow: window },
    elements: [
      {
        elementId: 'Start',
        correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order' },
        activationCondition: '=body.n >= 0',
        resultExpression: '={n: body.n, at: body.at}',
      },
    ],
  })
}
