import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** What a run is to bring: the messages `first` … `first + count - 1`, each answered after so many milliseconds. */
export interface GatewayRun {
  readonly first: number
  readonly count: number
  readonly serviceTime: number
}

export interface GatewayCounts {
  readonly requests: number
  /** Of the messages of the run. */
  readonly distinct: number
  /** Requests for messages of no run or of an earlier one. */
  readonly strangers: number
  readonly mostInFlight: number
  /** From the arrival of the first request to the last answer. */
  readonly seconds: number
  /** Milliseconds between a message's sending and its request, where messages say when they were sent. */
  readonly waits: readonly number[]
}

/** The gateway to Camunda whose requests are counted, in its own process. */
export class Gateway {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, url: string) {
    this.#process = process
    this.url = url
  }

  static async start(): Promise<Gateway> {
    const process = fork(new URL('gateway-process.ts', import.meta.url))
    const [url] = (await once(process, 'message')) as [string]
    return new Gateway(process, url)
  }

  async begin(run: GatewayRun) {
    await this.#ask(run)
  }

  counts(): Promise<GatewayCounts> {
    return this.#ask('counts')
  }

  stop() {
    this.#process.kill()
  }

  async #ask<Answer>(question: GatewayRun | 'counts'): Promise<Answer> {
    const answer = once(this.#process, 'message')
    this.#process.send(question)
    return (await answer)[0] as Answer
  }
}
