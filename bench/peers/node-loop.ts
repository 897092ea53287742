import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { Agent, request } from 'undici'
import { localSqsClient } from '../../local/queues.ts'
import { serve } from './protocol.ts'

/**
 * The least that Node needs for it: loops which receive ten messages, start an instance of each at once, and delete them together. No FEEL, no log,
 * no metrics, no retries; what fails ends it.
 */

const LOOPS = Number(process.argv[2] ?? 4)
const sqs = localSqsClient(process.env.SQS_ENDPOINT ?? '')
const address = `${process.env.CAMUNDA_REST_ADDRESS}/v2/process-instances`
const dispatcher = new Agent({ connections: LOOPS * 10 })

await serve(async ({ count, queueUrl }) => {
  let left = count
  const loop = async () => {
    while (left > 0) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] }),
      )
      if (Messages.length === 0) continue
      await Promise.all(Messages.map(({ Body = '' }) => start(Body)))
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
      left -= Messages.length
    }
  }
  await Promise.all(Array.from({ length: LOOPS }, loop))
})

async function start(text: string) {
  const { n, at } = JSON.parse(text)
  const { statusCode, body } = await request(address, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ processDefinitionId: 'order', variables: { n, at } }),
  })
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`)
  await body.json()
}
