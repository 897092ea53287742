import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { DeadLetters, MovedDeadLetters } from '../../console/api.ts'
import { UsageError } from '../../tools/command-line.ts'
import { choosing } from '../../tools/dead-letters/choosing.ts'
import { deadLetterQueueOf, lookThrough } from '../../tools/dead-letters/dead-letters.ts'
import { groupsOf } from '../../tools/dead-letters/groups.ts'
import { DeadLetterReasons } from '../../tools/dead-letters/reasons.ts'
import { type Redrive, redrive } from '../../tools/dead-letters/redrive.ts'
import type { Deployment } from '../../tools/deployment.ts'
import { connectorInForce } from '../../tools/live-connector.ts'
import type { Place } from '../../tools/place.ts'
import { queueNameIn } from '../../tools/queue-name.ts'

/** Of all that are looked at. */
const MOST_SEEN = 1_000
/** Of a group, and of a body in characters. */
const MOST_SHOWN = 100
const MOST_CHARACTERS = 4_000
/** Messages a second, as `redrive` does unless told otherwise. */
const RATE = 50
/** Milliseconds of one move. */
const LONGEST = 600_000

type Clients = Pick<Place, 'sqs' | 'ssm' | 'logs'>

/** The dead letters of a connector, as `peek` shows them; all of them stay where they are. */
export async function deadLettersOf({ sqs, ssm, logs }: Clients, deployment: Deployment): Promise<DeadLetters> {
  const queue = await deadLetterQueueOf(sqs, deployment)
  const { connector, fault } = await connectorInForce(ssm, deployment.parameterName)
  const notes: string[] = fault === undefined ? [] : [fault]
  const log = { logs, logGroupName: deployment.logGroupName }
  const messages = await lookThrough(sqs, queue.deadLetterQueueUrl, { most: MOST_SEEN, patience: 0 })
  const reasons = await new DeadLetterReasons({ queue, connector, log, onFault: (fault) => notes.push(fault) }).of(messages)
  return {
    queue: queueNameIn(queue.deadLetterQueueUrl),
    visible: queue.visible,
    inFlight: queue.inFlight,
    seen: messages.length,
    notes,
    groups: groupsOf(reasons, { bodies: true }).map(({ messages, ...group }) => ({
      ...group,
      messages: messages
        .slice(0, MOST_SHOWN)
        .map(({ messageId, sent, body = '' }) => ({ messageId, sent, body: body.slice(0, MOST_CHARACTERS) })),
    })),
  }
}

export interface Move {
  readonly to: Redrive['to']
  /** Undefined: all. */
  readonly messageIds: readonly string[] | undefined
}

/** Somebody who looks into the queue holds its messages for as long: then it is tried again, so often and so many milliseconds later. */
const TRIES = 5
const BETWEEN_TRIES = 500

/** Has dead letters go back to their queue, or nowhere. */
export async function moveDeadLetters(clients: Clients, deployment: Deployment, move: Move): Promise<MovedDeadLetters> {
  let moved = 0
  const faults: string[] = []
  for (let tries = 1; ; tries++) {
    const pass = await moveOnce(clients, deployment, move)
    moved += pass.moved
    faults.push(...pass.faults)
    const { visible: left, inFlight } = await deadLetterQueueOf(clients.sqs, deployment)
    const isMissed = move.messageIds === undefined ? moved === 0 && left + inFlight > 0 : moved < move.messageIds.length
    if (pass.faults.length > 0 || !isMissed) return { moved, left, faults }
    if (tries === TRIES) return { moved, left, faults: [...faults, 'The others were held by somebody else, or are not there any more.'] }
    await setTimeout(BETWEEN_TRIES)
  }
}

async function moveOnce({ sqs, ssm }: Clients, deployment: Deployment, { to, messageIds }: Move): Promise<Omit<MovedDeadLetters, 'left'>> {
  const queue = await deadLetterQueueOf(sqs, deployment)
  const { connector } = await connectorInForce(ssm, deployment.parameterName)
  const reasons = new DeadLetterReasons({ queue, connector, log: undefined, onFault: () => {} })
  const { moved, arrivedLater, unseen, failed, inBoth, stopped } = await redrive({
    sqs,
    queue,
    to,
    choose: choosing(reasons, { messageIds }),
    rate: RATE,
    signal: AbortSignal.timeout(LONGEST),
    now: Date.now,
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
  })
  const faults = [
    stopped && `It ended early: ${stopped}`,
    unseen > 0 && `About ${unseen} were not looked at: they are behind others of their message group.`,
    arrivedLater > 0 && `${arrivedLater} became dead letters meanwhile, those which were moved perhaps.`,
    ...failed.map(({ messageId, why }) => `${messageId} is where it was, SQS did not confirm that it was sent: ${why}`),
    ...inBoth.map(({ messageId, why }) => `${messageId} is a dead letter still, and may have gone all the same: ${why}`),
  ]
  return { moved, faults: faults.filter((fault) => typeof fault === 'string') }
}

/** The dead letters which a call is about; undefined: all. @throws {UsageError} */
export function idsIn({ messageIds }: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const { data, success } = z.array(z.string()).optional().safeParse(messageIds)
  if (!success) throw new UsageError('The ids of the messages are no list of texts.')
  return data
}
