import type { Request, Told } from './protocol.ts'

/** As much of a worker as is needed of it. */
export interface EngineWorker {
  onmessage: ((event: { readonly data: Told }) => void) | null
  onerror: ((event: { readonly message: string }) => void) | null
  postMessage(request: Request): void
  terminate(): void
}

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
  readonly #start: () => EngineWorker
  readonly #tell: (told: Exclude<Told, { readonly kind: 'done' }>) => void
  #worker: EngineWorker | undefined
  #isBusy = false
  #waiting: Request | undefined
  #patience: ReturnType<typeof setTimeout> | undefined

  constructor(tell: (told: Exclude<Told, { readonly kind: 'done' }>) => void, start = startWorker) {
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
    this.#worker.postMessage(request)
  }

  #open(): EngineWorker {
    const worker = this.#start()
    worker.onmessage = ({ data }) => {
      if (data.kind !== 'done') return this.#tell(data)
      this.#done()
    }
    worker.onerror = ({ message }) => {
      this.#tell({ kind: 'failed', reason: message })
      this.#startAnew()
    }
    return worker
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
    this.#worker?.terminate()
    this.#worker = undefined
    clearTimeout(this.#patience)
    this.#patience = undefined
    this.#isBusy = false
  }
}

function startWorker(): EngineWorker {
  return new Worker('/engine.js', { type: 'module' })
}
