/** One of the two that are compared: what takes messages out of a queue and starts an instance of each. */
export interface Side {
  readonly name: string
  readonly queueUrl: string
  /** The processes of it that a user would pay for. Known once it has worked. */
  pids(): readonly number[]
  /** Takes that many messages, which are in the queue already or are about to come; done when all of them are deleted. */
  consume(count: number): Promise<void>
  stop(): Promise<void>
}
