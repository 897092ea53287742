import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { parseFeel } from '../../lambda/feel/feel.ts'
import { type JsonObject, toJsonText } from '../../lambda/json/json.ts'
import { localSqsClient } from '../../local/queues.ts'
import { serve } from './protocol.ts'

/**
 * One message after the other: receive one, evaluate its condition and its variables, start an instance, delete it. Three calls a message, and never
 * more than one under way.
 */

const sqs = localSqsClient(process.env.SQS_ENDPOINT ?? '')
const address = `${process.env.CAMUNDA_REST_ADDRESS}/v2/process-instances`
const condition = compiled('body.n >= 0')
const mapping = compiled('{n: body.n, at: body.at}')

await serve(async ({ count, queueUrl }) => {
  let done = 0
  while (done < count) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 20, MessageAttributeNames: ['All'] }),
    )
    for (const { Body = '', ReceiptHandle } of Messages) {
      const context = { body: JSON.parse(Body) as JsonObject }
      if (condition(context) !== true) throw new Error(`not activated: ${Body}`)
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"processDefinitionId":"order","variables":${toJsonText(mapping(context))}}`,
      })
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      await response.json()
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }))
      done++
    }
  }
})

function compiled(text: string) {
  const parsed = parseFeel(text)
  if (parsed.kind !== 'parsed') throw new Error(parsed.message)
  return (context: JsonObject) => {
    const result = parsed.expression.evaluate(context)
    if (result.kind !== 'value') throw new Error(result.reason)
    return result.value
  }
}
