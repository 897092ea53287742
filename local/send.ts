/** `npm run send -- CONNECTOR BODY`: puts a message into a queue of the running `npm start`. */
import { parseArgs } from 'node:util'
import { runTool, UsageError } from '../tools/command-line.ts'
import { readRunFile } from '../tools/run-file.ts'
import { localSqsClient, sendMessage } from './queues.ts'

const USAGE = `Usage: npm run send -- CONNECTOR BODY [--type TYPE] [--attribute NAME=VALUE]... [--group GROUP]

  npm run send -- orders '{"id":"A-7","amount":12}' --type OrderPlaced
  npm run send -- payments '{"orderId":"A-7","amount":12}' --group A-7

  --type TYPE              the message attribute "type"
  --attribute NAME=VALUE   any message attribute (a String)
  --group GROUP            message group of a FIFO queue; default: "default"`

async function send(): Promise<string> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      type: { type: 'string' },
      attribute: { type: 'string', multiple: true, default: [] },
      group: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [connector, body, more] = positionals
  if (connector === undefined || body === undefined || more !== undefined) throw new UsageError('A connector and a body.')
  const attributes = [...values.attribute, ...(values.type === undefined ? [] : [`type=${values.type}`])]
  if (attributes.some((attribute) => !/^[^=]+=./s.test(attribute))) throw new UsageError('--attribute takes NAME=VALUE.')

  const run = readRunFile()
  if (!run) throw new Error('Nothing runs here to send to: start it with `npm start` in another terminal.')
  const queueUrl = run.queueUrls[connector] ?? Object.values(run.queueUrls).find((url) => url.endsWith(`/${connector}`))
  if (!queueUrl) throw new Error(`No connector “${connector}”; there are ${Object.keys(run.queueUrls).join(', ')}.`)

  const sqs = localSqsClient(run.sqsEndpoint)
  const group = queueUrl.endsWith('.fifo') ? (values.group ?? 'default') : undefined
  const messageId = await sendMessage(sqs, queueUrl, { body, attributes: Object.fromEntries(attributes.map(toAttribute)), group }).catch(
    (error: Error) => {
      throw new Error(`The SQS server refuses it: ${error.message}`)
    },
  )
  return `Sent to ${connector}: ${messageId}`
}

function toAttribute(attribute: string): [name: string, value: string] {
  const at = attribute.indexOf('=')
  return [attribute.slice(0, at), attribute.slice(at + 1)]
}

await runTool(USAGE, async () => {
  console.log(await send())
  return 0
})
