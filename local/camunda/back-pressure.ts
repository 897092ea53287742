import { setTimeout as pause } from 'node:timers/promises'

export interface Capacity {
  /** Milliseconds which a command takes. */
  readonly serviceTime: number
  /** How many commands may be waiting or under way; what is beyond is refused. */
  readonly inFlight: number
}

/** A partition takes one command after the other, and so many at a time. */
export class BackPressure {
  readonly #capacity: Capacity
  #inFlight = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(capacity: Capacity) {
    this.#capacity = capacity
  }

  /** @returns undefined where there are too many, and then nothing is executed */
  async execute<Result>(command: () => Result): Promise<Result | undefined> {
    if (this.#inFlight >= this.#capacity.inFlight) return undefined
    this.#inFlight += 1
    try {
      if (this.#capacity.serviceTime === 0) return command()
      const mine = this.#last.then(() => pause(this.#capacity.serviceTime)).then(command)
      this.#last = mine.catch(() => {})
      return await mine
    } finally {
      this.#inFlight -= 1
    }
  }
}
