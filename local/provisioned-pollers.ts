import { setTimeout as pause } from 'node:timers/promises'
import type { ProvisionedPollers } from '../lambda/core/event-source-settings.ts'

/** One that polls a queue, and invokes. */
export interface Poller {
  /** Nothing it received is under way. */
  isIdle(): boolean
  /** It could not take more than it does. */
  isBusy(): boolean
  /** Polls no more, lets the invocations under way end, and gives back what was gathered for the next. */
  stop(): Promise<void>
}

/** Milliseconds for one more poller of ten invocations at a time: 1,000 of these a minute (AWS Lambda guide, "Configuring scaling behavior for SQS event source mappings"). */
const STEP = 600
/** Looks at an idle poller in a row before it is given up. How long Lambda waits is not documented. */
const IDLE_LOOKS = 20

/** Pollers as provisioned mode has them: never fewer than the minimum, one more at a time while all are busy, and fewer again when one stays idle. */
export function startPollers({ minimum, maximum }: ProvisionedPollers, startPoller: () => Poller): { stop(): Promise<void> } {
  const pollers = Array.from({ length: minimum }, startPoller)
  const leaving = new Set<Promise<void>>()
  const stopping = new AbortController()
  let idleLooks = 0

  async function scale() {
    while (!stopping.signal.aborted) {
      await pause(STEP, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
      if (stopping.signal.aborted) return
      idleLooks = pollers.at(-1)?.isIdle() ? idleLooks + 1 : 0
      if (pollers.length < maximum && pollers.every((poller) => poller.isBusy())) pollers.push(startPoller())
      else if (pollers.length > minimum && idleLooks >= IDLE_LOOKS) leave(pollers.pop())
    }
  }

  function leave(poller: Poller | undefined) {
    idleLooks = 0
    const left = poller?.stop().finally(() => leaving.delete(left as Promise<void>))
    if (left) leaving.add(left)
  }

  const scaling = scale()
  return {
    async stop() {
      stopping.abort()
      await scaling
      await Promise.all([...leaving, ...pollers.map((poller) => poller.stop())])
    },
  }
}
