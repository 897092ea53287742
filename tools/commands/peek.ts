/** What is in a connector's dead-letter queue, and why: `npm run peek -- CONNECTOR`. See docs/TOOLS.md. */
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { COMMON_OPTIONS, COMMON_USAGE, interruption, numberIn, Progress, runTool } from '../command-line.ts'
import { onlyConnector } from '../connector-argument.ts'
import { deadLetterQueueOf, lookThrough } from '../dead-letters/dead-letters.ts'
import { groupReport, groupsOf } from '../dead-letters/groups.ts'
import { DeadLetterReasons } from '../dead-letters/reasons.ts'
import { connectorInForce } from '../live-connector.ts'
import { placeOf } from '../place.ts'

const USAGE = `Usage: npm run peek -- CONNECTOR [--max N] [--bodies] [--json] [--local] [--profile NAME] [--region REGION]

Looks through the connector's dead-letter queue, groups what is there by reason and element, and takes nothing away: each message is given
back when all have been seen, also after Ctrl-C. Meanwhile nobody else receives them; their receive counts rise. The reason is what the function
said on the dead letter or last told of it in its log; otherwise “now:” is what would become of it now.

  --max N            most messages to look at; 1000
  --bodies           tell the messages' bodies
  --no-log           do not search the log
${COMMON_USAGE}`

await runTool(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...COMMON_OPTIONS,
      max: { type: 'string', default: '1000' },
      bodies: { type: 'boolean', default: false },
      'no-log': { type: 'boolean', default: false },
    },
  })
  const name = onlyConnector(positionals)
  const most = numberIn('max', values.max, (value) => Number.isInteger(value) && value > 0 && value <= 100_000, 'a number from 1 to 100000')
  const { deploymentOf, sqs, ssm, logs } = await placeOf(values)
  const deployment = await deploymentOf(name)
  const [queue, inForce] = await Promise.all([deadLetterQueueOf(sqs, deployment), connectorInForce(ssm, deployment.parameterName)])
  const warn = (text: string) => console.error(pc.yellow(text))
  if (inForce.fault) warn(`${inForce.fault}\nWhat would become of a dead letter now is not evaluated.`)

  const signal = interruption()
  const progress = new Progress()
  const messages = await lookThrough(sqs, queue.deadLetterQueueUrl, {
    most,
    signal,
    onProgress: (count) => progress.show(`${count} of about ${queue.visible} messages`),
  })
  progress.show('reading the log')
  const log = values['no-log'] ? undefined : { logs, logGroupName: deployment.logGroupName }
  const reasons = await new DeadLetterReasons({ queue, connector: inForce.connector, log, onFault: warn }).of(messages)
  progress.end()
  if (signal.aborted) warn('Interrupted: this is not all.')
  const groups = groupsOf(reasons, { bodies: values.bodies })
  if (values.json) {
    const { deadLetterQueueUrl, visible, inFlight } = queue
    console.log(
      JSON.stringify({ connector: name, deadLetterQueueUrl, seen: messages.length, approximately: { visible, inFlight }, groups }, null, 2),
    )
    return 0
  }
  console.log(`${messages.length} seen of about ${queue.visible} in ${queue.deadLetterQueueUrl.split('/').at(-1)}`)
  // What was seen may have been counted as held.
  const held = Math.min(queue.inFlight, queue.visible + queue.inFlight - messages.length)
  if (held > 0) console.log(pc.dim(`about ${held} more are held by somebody else at present`))
  if (queue.fifo && messages.length < queue.visible)
    console.log(pc.dim('of a FIFO queue SQS shows the first messages of each group alone, until those are gone'))
  for (const group of groups) console.log(groupReport(group, Date.now()))
  return 0
})
