/** The name of a queue, with which its URL ends (Amazon SQS developer guide, "Queue and message identifiers"). */
export function queueNameIn(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1)
}
