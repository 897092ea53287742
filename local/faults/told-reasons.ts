import { parsedJson } from '../../tools/parsed-json.ts'
import type { LogLine } from '../lambda-runtime.ts'

/** As much of a reason as tells it from others: what follows is often of one message. */
const LENGTH = 140

/** Why messages came back, as the function's log tells it, each reason with how often. */
export class ToldReasons {
  readonly #counts = new Map<string, number>()

  onLog({ text }: LogLine): void {
    const line = parsedJson(text) as { outcome?: string; reason?: string; message?: string } | undefined
    if (typeof line?.outcome === 'string' && line.reason) this.add(`${line.outcome}: ${line.reason}`)
  }

  add(reason: string): void {
    const beginning = reason.slice(0, LENGTH)
    this.#counts.set(beginning, (this.#counts.get(beginning) ?? 0) + 1)
  }

  /** The most frequent first. */
  get inOrder(): string[] {
    return [...this.#counts].toSorted(([, one], [, other]) => other - one).map(([reason, count]) => `${count} × ${reason}`)
  }
}
