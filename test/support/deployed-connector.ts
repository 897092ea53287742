import type { ChildProcess } from 'node:child_process'
import { type Message, type MessageAttributeValue, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { json, startHttpService } from '../../local/http-service.ts'
import { startParameterStore } from '../../local/parameter-store.ts'
import { startCommand } from './command.ts'
import { startSqsServer } from './sqs-server.ts'

export interface Sent {
  readonly body: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly group?: string
}

/** A connector as it is deployed, by servers on the loopback: its stack's outputs, its parameter, its queue and its dead-letter queue. */
export async function startDeployedConnector(connector: object, { fifo = false }: { fifo?: boolean } = {}) {
  const server = await startSqsServer()
  const suffix = fifo ? '.fifo' : ''
  const kind: Record<string, string> = fifo ? { FifoQueue: 'true' } : {}
  const deadLetterQueue = await server.createQueue(`orders-dead-letters${suffix}`, kind)
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterQueue.queueArn, maxReceiveCount: 3 })
  const queue = await server.createQueue(`orders${suffix}`, { ...kind, RedrivePolicy })
  const store = await startParameterStore({ '/camunda-sqs-bridge/orders/connector': JSON.stringify(connector) })
  const stacks = await startHttpService((_request, body, response) => {
    const known = new URLSearchParams(body.toString()).get('StackName') === 'camunda-sqs-bridge-orders'
    const outputs = {
      QueueUrl: queue.queueUrl,
      FunctionName: 'orders-function',
      LogGroupName: 'orders-log',
      RoleArn: 'arn:aws:iam::111111111111:role/orders',
      ParameterName: '/camunda-sqs-bridge/orders/connector',
    }
    response.writeHead(known ? 200 : 400, { 'content-type': 'text/xml' }).end(known ? stackXml(outputs) : NO_STACK_XML)
  })
  const logEvents: { eventId: string; timestamp: number; message: string }[] = []
  const filterPatterns: string[] = []
  const logs = await startHttpService((_request, body, response) => {
    const { startTime, filterPattern } = JSON.parse(body.toString())
    filterPatterns.push(filterPattern)
    const events = logEvents.filter(({ timestamp }) => timestamp >= startTime)
    json(response, 200, { events }, 'application/x-amz-json-1.1')
  })
  const endpoints = {
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
    AWS_ENDPOINT_URL_SQS: (await server.sqs.config.endpoint?.().then(({ port }) => `http://127.0.0.1:${port}`)) ?? '',
    AWS_ENDPOINT_URL_SSM: store.url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: stacks.url,
  }
  const children: ChildProcess[] = []
  const start = (tool: string, ...args: string[]) => {
    const started = startCommand([tool, ...args], {
      env: { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', ...endpoints },
    })
    children.push(started.child)
    return started
  }
  return {
    sqs: server.sqs,
    queue,
    deadLetterQueue,
    parameters: store.parameters,
    /** The function's log, of which nothing is filtered but by time. */
    logEvents,
    filterPatterns,
    /** @returns the message's id */
    async send(queueUrl: string, { body, attributes = {}, group }: Sent): Promise<string> {
      const { MessageId = '' } = await server.sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]): [string, MessageAttributeValue] => [
              name,
              { DataType: 'String', StringValue: value },
            ]),
          ),
          ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: crypto.randomUUID() }),
        }),
      )
      return MessageId
    },
    /** What somebody else would receive now; of a FIFO queue one message of each group. */
    async visibleIn(queueUrl: string): Promise<Message[]> {
      const messages: Message[] = []
      for (;;) {
        const { Messages = [] } = await server.sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: 10,
            VisibilityTimeout: 600,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
        )
        if (Messages.length === 0) return messages
        messages.push(...Messages)
      }
    },
    start,
    run: (tool: string, ...args: string[]) => start(tool, ...args).ended,
    async stop() {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all([server.stop(), store.stop(), stacks.stop(), logs.stop()])
    },
  }
}

/** CloudFormation's answer of a stack with these outputs. */
export function stackXml(outputs: Readonly<Record<string, string>>): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  )
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>s</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
}

const NO_STACK_XML =
  '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack does not exist</Message></Error></ErrorResponse>'
