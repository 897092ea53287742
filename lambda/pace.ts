import pLimit from 'p-limit'
import type { CamundaReply } from './core/outcome.ts'

/** How often a command is tried within one invocation, where it certainly was not executed before. */
const ATTEMPTS = 3
/** Milliseconds before the second attempt, doubled before the next; half of it by chance. */
const PAUSE_MS = 200

export interface PaceOptions {
  /** Messages under way at a time. */
  readonly concurrency: number
  readonly pause: (milliseconds: number) => Promise<unknown>
}

/**
 * How many messages at a time an execution environment has found Camunda to take, from batch to batch: what back-pressure has taken away comes back
 * by doubling, batch by batch. A batch alone would begin with all of its messages each time.
 */
export class KnownCapacity {
  #most = Number.POSITIVE_INFINITY

  of(concurrency: number): number {
    return Math.min(concurrency, this.#most)
  }

  /** What the batch that ended has met. */
  learn({ concurrency, isPushedBack }: Pick<Pace, 'concurrency' | 'isPushedBack'>) {
    this.#most = isPushedBack ? concurrency : this.#most * 2
  }
}

/**
 * How fast a batch goes to Camunda: half as many messages at a time under back-pressure, what was not executed once more after a pause, and
 * nothing further where that does not help. What is left then costs neither a request nor the time of an invocation.
 */
export class Pace {
  readonly #limit: ReturnType<typeof pLimit>
  readonly #pause: PaceOptions['pause']
  #gotThrough = 0
  #isPushedBack = false
  #stopped: string | undefined

  constructor({ concurrency, pause }: PaceOptions) {
    this.#limit = pLimit(concurrency)
    this.#pause = pause
  }

  /** Why no further message of this batch is sent. */
  get stopped(): string | undefined {
    return this.#stopped
  }

  /** Whether Camunda had more of it than it takes. */
  get isPushedBack(): boolean {
    return this.#isPushedBack
  }

  get concurrency(): number {
    return this.#limit.concurrency
  }

  /** When there is room. */
  run<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#limit(task)
  }

  /** @param hasTime whether there is time for a pause of so many milliseconds, and for another attempt */
  async send(attempt: () => Promise<CamundaReply>, hasTime: (milliseconds: number) => boolean): Promise<CamundaReply> {
    const gotThrough = this.#gotThrough
    for (let attempts = 1; ; attempts++) {
      const concurrency = this.#limit.concurrency
      const reply = await attempt()
      if (reply.kind !== 'CamundaUnavailable') {
        this.#gotThrough++
        return reply
      }
      if (reply.why === 'backPressure') this.#slowDown(concurrency)
      const pause = PAUSE_MS * 2 ** (attempts - 1) * (0.5 + 0.5 * Math.random())
      if (
        reply.why === 'unauthorized' ||
        reply.why === 'noTime' ||
        attempts === ATTEMPTS ||
        this.#stopped !== undefined ||
        !hasTime(pause)
      ) {
        // Where others got through meanwhile, it is this message's partition, or its bad luck.
        if (this.#gotThrough === gotThrough)
          this.#stopped ??= reply.why === 'noTime' ? reply.reason : `Camunda is unavailable: ${reply.reason}`
        return reply
      }
      await this.#pause(pause)
    }
  }

  /** Once for all that were sent at the same concurrency; a late reply to an early request changes nothing. */
  #slowDown(concurrencyWhenSent: number) {
    this.#isPushedBack = true
    this.#limit.concurrency = Math.min(this.#limit.concurrency, Math.ceil(concurrencyWhenSent / 2))
  }
}
