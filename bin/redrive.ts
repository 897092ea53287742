/** Moves dead letters back to a connector's queue: `npm run redrive -- CONNECTOR`. See docs/TOOLS.md. */
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { agreed, COMMON_OPTIONS, COMMON_USAGE, interruption, numberIn, onlyConnector, Progress, runTool } from '../lib/command-line.ts'
import { reasonOfDeadLetter } from '../lib/dead-letter-reason.ts'
import { deadLetterQueueOf } from '../lib/dead-letters.ts'
import { connectorInForce } from '../lib/live-connector.ts'
import { placeOf } from '../lib/place.ts'
import { type Redriven, redrive } from '../lib/redrive.ts'

const USAGE = `Usage: npm run redrive -- CONNECTOR [--reason TEXT] [--rate N] [--yes] [--json] [--local] [--profile NAME] [--region REGION]

Moves dead letters back to the connector's queue: all of them, or those for which npm run peek tells a reason that contains TEXT. Each is sent
to the queue first and deleted from the dead-letter queue after, so that none can get lost; Ctrl-C ends after those under way. Body and
attributes stay as they are, and on a FIFO queue message group and order.

A message which is sent again has a new message id. Camunda knows a published message by its id, which is SQS's unless the element's
messageIdExpression says otherwise: so Camunda does not know a redriven message as a duplicate, and one that had its effect has it again.
What became a dead letter after the redrive began is left there.

  --reason TEXT      only those whose reason contains this, as npm run peek tells it
  --rate N           most messages a second; 50
  --yes              do not ask
${COMMON_USAGE}
The status is 0 where all that was chosen is moved, and 1 where something of it is left.`

await runTool(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...COMMON_OPTIONS,
      reason: { type: 'string' },
      rate: { type: 'string', default: '50' },
      yes: { type: 'boolean', default: false },
    },
  })
  const name = onlyConnector(positionals)
  const rate = numberIn('rate', values.rate, (value) => value > 0 && value <= 3_000, 'a number above 0 and up to 3000')
  const { deploymentOf, sqs, ssm } = placeOf(values)
  const deployment = await deploymentOf(name)
  const [queue, { connector, fault }] = await Promise.all([
    deadLetterQueueOf(sqs, deployment),
    connectorInForce(ssm, deployment.parameterName),
  ])
  if (fault) console.error(pc.yellow(`${fault}\nWhat SQS gave up is not evaluated.`))

  const { reason } = values
  const which = reason === undefined ? 'all' : `those whose reason contains “${reason}”`
  const [from, to] = [queue.deadLetterQueueUrl, queue.queueUrl].map((url) => url.split('/').at(-1))
  console.error(
    `Of about ${queue.visible} messages in ${from}, this moves ${which} to ${to}, at most ${rate} a second. They get new message ids.`,
  )
  if (!(await agreed(values.yes))) {
    console.error('Nothing was moved.')
    return 1
  }
  const progress = new Progress()
  const redriven = await redrive({
    sqs,
    queue,
    isChosen(message) {
      const why = reasonOfDeadLetter(message, connector, queue.queueArn)
      return why.told !== 'other' && (reason === undefined || why.reason.includes(reason))
    },
    rate,
    signal: interruption(),
    now: Date.now,
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    onProgress: ({ moved }) => progress.show(`${moved} moved of about ${queue.visible}`),
  })
  progress.end()
  const { visible } = await deadLetterQueueOf(sqs, deployment)
  console.log(
    values.json ? JSON.stringify({ connector: name, ...redriven, left: visible }, null, 2) : reportOf(redriven, visible, from ?? ''),
  )
  const { failed, inBoth, stopped, unseen } = redriven
  return failed.length + inBoth.length + unseen > 0 || stopped !== undefined ? 1 : 0
})

function reportOf({ moved, notChosen, arrivedLater, unseen, failed, inBoth, stopped }: Redriven, left: number, from: string): string {
  const lines = [
    `${pc.green(`${moved} moved`)}; about ${left} left in ${from}`,
    stopped && pc.yellow(`ended early: ${stopped}`),
    notChosen > 0 && `${notChosen} have another reason or came from another queue`,
    unseen > 0 && pc.yellow(`about ${unseen} were not looked at: they are behind others of their message group, which SQS shows first`),
    arrivedLater > 0 && `${arrivedLater} became dead letters meanwhile, those which were moved perhaps: npm run peek tells why`,
    ...failed.map(({ messageId, why }) => pc.red(`${messageId} is where it was, SQS did not confirm that it was sent: ${why}`)),
    ...inBoth.map(({ messageId, why }) => pc.red(`${messageId} was sent and is in ${from} still: ${why}`)),
  ]
  return lines.filter(Boolean).join('\n')
}
