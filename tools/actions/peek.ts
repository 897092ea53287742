import pc from 'picocolors'
import { interruption, Progress } from '../command-line.ts'
import { checkedName } from '../connector-argument.ts'
import { deadLetterQueueOf, lookThrough } from '../dead-letters/dead-letters.ts'
import { groupReport, groupsOf } from '../dead-letters/groups.ts'
import { DeadLetterReasons } from '../dead-letters/reasons.ts'
import { connectorInForce } from '../live-connector.ts'
import { type Choice, placeOf } from '../place.ts'
import { queueNameIn } from '../queue-name.ts'

export interface PeekOptions extends Choice {
  /** Most messages to look at. */
  readonly max: number
  readonly bodies?: boolean | undefined
  /** Whether the log is searched. */
  readonly log: boolean
  readonly json?: boolean | undefined
}

/** What is in a connector's dead-letter queue, and why. */
export async function peek(connector: string, options: PeekOptions): Promise<number> {
  const name = checkedName(connector)
  const { max: most, bodies = false, json } = options
  const { deploymentOf, sqs, ssm, logs } = await placeOf(options)
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
  const log = options.log ? { logs, logGroupName: deployment.logGroupName } : undefined
  const reasons = await new DeadLetterReasons({ queue, connector: inForce.connector, log, onFault: warn }).of(messages)
  progress.end()
  if (signal.aborted) warn('Interrupted: this is not all.')
  const groups = groupsOf(reasons, { bodies })
  if (json) {
    const { deadLetterQueueUrl, visible, inFlight } = queue
    console.log(
      JSON.stringify({ connector: name, deadLetterQueueUrl, seen: messages.length, approximately: { visible, inFlight }, groups }, null, 2),
    )
    return 0
  }
  console.log(`${messages.length} seen of about ${queue.visible} in ${queueNameIn(queue.deadLetterQueueUrl)}`)
  // What was seen may have been counted as held.
  const held = Math.min(queue.inFlight, queue.visible + queue.inFlight - messages.length)
  if (held > 0) console.log(pc.dim(`about ${held} more are held by somebody else at present`))
  if (queue.fifo && messages.length < queue.visible)
    console.log(pc.dim('of a FIFO queue SQS shows the first messages of each group alone, until those are gone'))
  for (const group of groups) console.log(groupReport(group, Date.now()))
  return 0
}
