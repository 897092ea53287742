import type { Connector } from '../../lambda/core/connector.ts'
import type { QueueAttributes, RedrivePolicy } from '../queue-attributes.ts'
import { error, type Finding, ok, warn } from './finding.ts'

const DAY = 86_400

export function queueFinding(queue: QueueAttributes): Finding {
  const { QueueArn, ApproximateNumberOfMessages: waiting = '?', ApproximateNumberOfMessagesNotVisible: away = '?' } = queue
  return ok('queue', `${QueueArn}, about ${waiting} messages wait, ${away} are under way or delayed`)
}

/** Whether the function may read what is encrypted in the queue; undefined where AWS keeps the key. @param stackKeyArn of the stack */
export function keyFinding(
  { KmsMasterKeyId: key }: QueueAttributes,
  { encryption: { kmsKey } }: Connector,
  stackKeyArn: string | undefined,
): Finding | undefined {
  const check = 'queue.key'
  if (!key || key === 'alias/aws/sqs') return undefined
  const granted = kmsKey === 'create' ? stackKeyArn : kmsKey
  if (granted !== undefined && (granted === key || granted.endsWith(`/${key}`))) return ok(check, key)
  return warn(
    check,
    `the queue is encrypted with ${key}, and encryption.kmsKey is ${granted ?? 'not set'}: Lambda receives nothing, unless the key’s policy lets the role in`,
    'set encryption.kmsKey to the ARN of that key, and npx cdk deploy',
  )
}

/** @param least seconds; `onPurpose` where a short one is meant, as on a machine where nobody wants to wait */
export function visibilityFinding(queue: QueueAttributes, least: number, onPurpose: boolean): Finding {
  const check = 'queue.visibilityTimeout'
  const actual = Number(queue.VisibilityTimeout)
  if (actual >= least) return ok(check, `${actual} s, at least ${least} s are needed`)
  const message = `${actual} s, less than six times the function’s timeout and the batching window (${least} s): messages come back while they are worked on`
  if (onPurpose) return warn(check, message, 'a run on one machine keeps it short; no queue on AWS should')
  return error(check, message, `aws sqs set-queue-attributes --queue-url … --attributes VisibilityTimeout=${least}`)
}

export function retentionFinding(queue: QueueAttributes): Finding {
  const check = 'queue.retention'
  if (queue.MessageRetentionPeriod === undefined) return notTold(check)
  const actual = Number(queue.MessageRetentionPeriod)
  if (actual >= DAY) return ok(check, inTime(actual))
  return warn(
    check,
    `${inTime(actual)}: an outage of Camunda that lasts longer loses messages`,
    'aws sqs set-queue-attributes --queue-url … --attributes MessageRetentionPeriod=1209600',
  )
}

export function maxReceiveCountFinding({ maxReceiveCount }: RedrivePolicy): Finding {
  const check = 'deadLetterQueue.maxReceiveCount'
  if (maxReceiveCount >= 3) return ok(check, `${maxReceiveCount} receives`)
  return warn(
    check,
    `${maxReceiveCount} ${maxReceiveCount === 1 ? 'receive' : 'receives'}: a short outage of Camunda makes dead letters of good messages`,
    'raise maxReceiveCount in the queue’s redrive policy to 5 or more',
  )
}

/** Whether the dead-letter queue keeps what comes to it: of a standard queue, a message's age goes on counting there. */
export function deadLetterRetentionFinding(queue: QueueAttributes, deadLetterQueue: QueueAttributes): Finding {
  const check = 'deadLetterQueue.retention'
  if (!queue.MessageRetentionPeriod || !deadLetterQueue.MessageRetentionPeriod) return notTold(check)
  const [most, kept] = [Number(queue.MessageRetentionPeriod), Number(deadLetterQueue.MessageRetentionPeriod)]
  if (kept >= most) return ok(check, `${inTime(kept)}, the queue has ${inTime(most)}`)
  return error(
    check,
    `${inTime(kept)}, and the queue has ${inTime(most)}: an old message is deleted when it becomes a dead letter`,
    'aws sqs set-queue-attributes --queue-url DEAD_LETTER_QUEUE --attributes MessageRetentionPeriod=1209600',
  )
}

/** Servers which speak SQS's API may leave it out. */
function notTold(check: string): Finding {
  return { check, status: 'warn', message: 'not checked: the queue does not report its MessageRetentionPeriod, as SQS does' }
}

/** Whether dead letters of a queue can arrive there. */
export function deadLetterQueueFinding(queue: QueueAttributes, deadLetterQueue: QueueAttributes, name: string): Finding {
  const check = 'deadLetterQueue'
  if ((queue.FifoQueue === 'true') !== (deadLetterQueue.FifoQueue === 'true'))
    return error(check, `of ${name} and the queue one is FIFO and one is not`, 'take a dead-letter queue of the queue’s own kind')
  if (!allows(deadLetterQueue, queue.QueueArn ?? ''))
    return error(check, `the redrive allow policy of ${name} does not admit the queue`, 'name the queue in its redriveAllowPolicy')
  if (deadLetterQueue.RedrivePolicy)
    return warn(
      check,
      `${name} has a redrive policy of its own: who looks into it moves messages on`,
      'take the redrive policy from the dead-letter queue',
    )
  return ok(check, `${name}, about ${deadLetterQueue.ApproximateNumberOfMessages ?? '?'} messages`)
}

function allows({ RedriveAllowPolicy: text }: QueueAttributes, queueArn: string): boolean {
  if (!text) return true
  const { redrivePermission, sourceQueueArns = [] } = JSON.parse(text)
  return redrivePermission === 'allowAll' || (redrivePermission === 'byQueue' && sourceQueueArns.includes(queueArn))
}

function inTime(seconds: number): string {
  return seconds >= DAY ? `${+(seconds / DAY).toFixed(1)} d` : `${seconds} s`
}
