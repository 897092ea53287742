import type { Request, Told } from './protocol.ts'

/** A worker with the engine. */
export interface EngineWorker {
  ask(request: Request): void
  /** At once; nothing is told any more. */
  end(): void
}

/** Starts one. @param onFailure it has ended by itself */
export type StartWorker = (onTold: (told: Told) => void, onFailure: (reason: string) => void) => EngineWorker

/**
 * Milliseconds which a request may take while a newer one waits. What an expression may cost takes less than half of it; the trace of a costly one
 * takes longer.
 */
export const PATIENCE_MS = 1_500

/**
 * The engine in its worker, for somebody who types: one request at a time, and of those that wait the last. One that takes too long ends with its
 * worker when a newer one waits.
 */
export class EngineClient {
  readonly #start: StartWorker
  readonly #tell: (told: Exclude<Told, { readonly kind: 'done' }>) => void
  #worker: EngineWorker | undefined
  #isBusy = false
  #waiting: Request | undefined
  #patience: ReturnType<typeof setTimeout> | undefined

  constructor(tell: (told: Exclude<Told, { readonly kind: 'done' }>) => void, start: StartWorker) {
    this.#tell = tell
    this.#start = start
  }

  ask(request: Request): void {
    this.#waiting = request
    if (this.#isBusy) this.#patience ??= setTimeout(() => this.#startAnew(), PATIENCE_MS)
    else this.#next()
  }

  stop(): void {
    this.#waiting = undefined
    this.#end()
  }

  #next() {
    const request = this.#waiting
    if (!request) return
    this.#waiting = undefined
    this.#isBusy = true
    this.#worker ??= this.#open()
    this.#worker.ask(request)
  }

  #open(): EngineWorker {
    return this.#start(
      (told) => (told.kind === 'done' ? this.#done() : this.#tell(told)),
      (reason) => {
        this.#tell({ kind: 'failed', reason })
        this.#startAnew()
      },
    )
  }

  #done() {
    clearTimeout(this.#patience)
    this.#patience = undefined
    this.#isBusy = false
    this.#next()
  }

  #startAnew() {
    this.#end()
    this.#next()
  }

  #end() {
    this.#worker?.end()
    this.#worker = undefined
    clearTimeout(this.#patience)
    this.#patience = undefined
    this.#isBusy = false
  }
}
