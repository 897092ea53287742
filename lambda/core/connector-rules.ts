/** What follows from a connector, for whoever has one; nothing here reads or checks any. */

interface NamedQueue {
  readonly url?: string | undefined
  readonly arn?: string | undefined
  readonly name?: string | undefined
  readonly fifo?: boolean | undefined
}

/** Of today's endpoints (also FIPS and dual-stack), and of the legacy ones, which SQS still hands out in places. */
export const QUEUE_URL =
  /^https:\/\/(?:sqs(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)|(?<legacyRegion>[a-z0-9-]+)\.queue\.amazonaws\.com(?:\.cn)?|queue\.amazonaws\.com)\/(?<account>\d{12})\/(?<name>[\w-]{1,80}(?:\.fifo)?)$/

/** A FIFO queue is known by its name's ending; one whose name CloudFormation chooses, by what the connector says. */
export function isFifo({ queue }: { readonly queue: NamedQueue }): boolean {
  return queue.fifo === true || [queue.url, queue.arn, queue.name].some((name) => String(name).endsWith('.fifo'))
}

/** Region, account and name of an existing queue; undefined where the stack creates it. */
export function existingQueue({
  queue,
}: {
  readonly queue: NamedQueue
}): { region: string; account: string; name: string; arn: string } | undefined {
  if (queue.arn) {
    const [, , , region = '', account = '', name = ''] = queue.arn.split(':')
    return { region, account, name, arn: queue.arn }
  }
  if (!queue.url) return undefined
  const { account = '', name = '', legacyRegion = 'us-east-1', region = legacyRegion } = QUEUE_URL.exec(queue.url)?.groups ?? {}
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
  return { region, account, name, arn: `arn:${partition}:sqs:${region}:${account}:${name}` }
}

/** Where the connection to Camunda is: the path of its parameters, or the ARN of its secret. */
export function connectionPlace({ camunda }: { readonly camunda: string | { readonly secretArn: string } }): string {
  return typeof camunda === 'string' ? camunda : camunda.secretArn
}

/** One that decides for the queue, as with the official connector. */
export function consumesUnmatchedEvents({
  elements,
}: {
  readonly elements: readonly { readonly consumeUnmatchedEvents: boolean }[]
}): boolean {
  return elements.some((element) => element.consumeUnmatchedEvents)
}

/**
 * Least visibility timeout in seconds: six times the function's timeout (AWS Lambda guide, "Configuring a queue"), and the window in which a
 * message may wait for its batch.
 */
export function leastVisibilityTimeout(functionTimeout: number, maximumBatchingWindow = 0): number {
  return 6 * functionTimeout + maximumBatchingWindow
}

/**
 * Least megabytes of a function that reads bodies of so many bytes from S3: what it needs itself, and what comes of the costliest JSON, a list of
 * numbers such as `1e9`, which was measured to take fifty times its size.
 */
export function leastMemory(mostPayloadBytes: number): number {
  return 128 + Math.ceil((50 * mostPayloadBytes) / 1_048_576)
}

/** Milliseconds that are kept for answering and logging, after the last request to Camunda. */
export const RESERVE_MS = 1_000
/** Seconds by which a function's timeout must exceed that of a request, for configuration, token and reserve: otherwise none would ever be begun. */
export const LEAST_SPARE = 3
