import { setTimeout } from 'node:timers/promises'
import pc from 'picocolors'
import { agreed, interruption, Progress, UsageError } from '../command-line.ts'
import { checkedName } from '../connector-argument.ts'
import { connectorInForce } from '../live-connector.ts'
import { type Choice, placeOf } from '../place.ts'
import { queueNameIn } from '../queue-name.ts'
import { choosing } from './choosing.ts'
import { deadLetterQueueOf } from './dead-letters.ts'
import { DeadLetterReasons } from './reasons.ts'
import { type Redrive, type Redriven, redrive } from './redrive.ts'

/** A tool that has dead letters go somewhere. */
interface Command {
  readonly to: Redrive['to']
  /** `moves all to orders`, `deletes those …` */
  readonly does: (which: string, from: string, to: string) => string
  /** What has to be known before. */
  readonly note: string
  /** `moved` */
  readonly done: string
}

/** Which dead letters go, and how. */
export interface ChosenDeadLetters extends Choice {
  readonly reason?: string | undefined
  readonly except?: string | undefined
  readonly messageId?: readonly string[] | undefined
  readonly all?: boolean | undefined
  /** Most messages a second. */
  readonly rate: number
  readonly yes?: boolean | undefined
  readonly json?: boolean | undefined
}

/** @returns the status: 0 where all that was chosen has gone, and 1 where something of it is left */
export async function onDeadLetters(connectorName: string, chosen: ChosenDeadLetters, { to, does, note, done }: Command): Promise<number> {
  const name = checkedName(connectorName)
  const { reason, except, messageId: messageIds, rate } = chosen
  if (reason === undefined && messageIds === undefined && !chosen.all)
    throw new UsageError('Which? --reason TEXT, --message-id ID, or --all.')

  const { deploymentOf, sqs, ssm, logs } = await placeOf(chosen)
  const deployment = await deploymentOf(name)
  const [queue, { connector, fault }] = await Promise.all([
    deadLetterQueueOf(sqs, deployment),
    connectorInForce(ssm, deployment.parameterName),
  ])
  const warn = (text: string) => console.error(pc.yellow(text))
  if (fault) warn(`${fault}\nWhat would become of a dead letter now is not evaluated.`)
  // A search of the log takes its time: it is made where something is chosen by what the log tells.
  const log = reason === undefined && except === undefined ? undefined : { logs, logGroupName: deployment.logGroupName }
  const reasons = new DeadLetterReasons({ queue, connector, log, onFault: warn })

  const [from, target] = [queueNameIn(queue.deadLetterQueueUrl), queueNameIn(queue.queueUrl)]
  const which = [
    reason !== undefined && `those whose reason contains “${reason}”`,
    except !== undefined && `none whose reason contains “${except}”`,
    messageIds !== undefined && `those with the id ${messageIds.join(' or ')}`,
  ]
  console.error(
    `Of about ${queue.visible} messages in ${from}, this ${does(which.filter(Boolean).join(' and ') || 'all', from, target)}, at most ${rate} a second. ${note}`,
  )
  if (!(await agreed(chosen.yes))) {
    console.error('Nothing was changed.')
    return 1
  }
  const progress = new Progress()
  const redriven = await redrive({
    sqs,
    queue,
    to,
    choose: choosing(reasons, { reason, except, messageIds }),
    rate,
    signal: interruption(),
    now: Date.now,
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    onProgress: ({ moved }) => progress.show(`${moved} ${done} of about ${queue.visible}`),
  })
  progress.end()
  const { visible } = await deadLetterQueueOf(sqs, deployment)
  // Those which were held when this began, it cannot have seen.
  const { inFlight } = queue
  console.log(
    chosen.json
      ? JSON.stringify({ connector: name, ...redriven, left: visible, heldElsewhere: inFlight }, null, 2)
      : reportOf(redriven, { done, from, visible, inFlight }),
  )
  const { failed, inBoth, stopped, unseen } = redriven
  return failed.length + inBoth.length + unseen + inFlight > 0 || stopped !== undefined ? 1 : 0
}

function reportOf(
  { moved, notChosen, arrivedLater, unseen, failed, inBoth, stopped }: Redriven,
  { done, from, visible, inFlight }: { readonly done: string; readonly from: string; readonly visible: number; readonly inFlight: number },
): string {
  const lines = [
    `${pc.green(`${moved} ${done}`)}; about ${visible} left in ${from}`,
    stopped && pc.yellow(`ended early: ${stopped}`),
    notChosen > 0 && `${notChosen} were not chosen, or came from another queue`,
    inFlight > 0 &&
      pc.yellow(
        `about ${inFlight} were held by somebody else when this began, or by a redrive that was killed: they come back within minutes`,
      ),
    unseen > 0 && pc.yellow(`about ${unseen} were not looked at: they are behind others of their message group, which SQS shows first`),
    arrivedLater > 0 &&
      `${arrivedLater} became dead letters meanwhile, those which were moved perhaps: npx camunda-sqs-bridge peek shows why`,
    ...failed.map(({ messageId, why }) => pc.red(`${messageId} is where it was, SQS did not confirm that it was sent: ${why}`)),
    ...inBoth.map(({ messageId, why }) => pc.red(`${messageId} is in ${from} still, and may have gone all the same: ${why}`)),
  ]
  return lines.filter(Boolean).join('\n')
}
