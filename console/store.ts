import { batch, signal } from '@preact/signals'
import type { ConsoleApi, ConsoleEvent, LiveStep, MessageRow, Overview, WaitingTokens } from './api.ts'

/** What the server has told so far. The page has no other state but what is open. */
export interface Store {
  readonly api: ConsoleApi
  readonly overview: Overview
}

/** By id, in the order in which they were first received. */
const byId = new Map<string, MessageRow>()
export const messages = signal<readonly MessageRow[]>([])
export const tokens = signal<readonly WaitingTokens[]>([])
export const faultInForce = signal('none')
export const connected = signal(true)
export const trouble = signal<string | undefined>(undefined)
/** By connector. */
export const steps = signal<ReadonlyMap<string, readonly LiveStep[]>>(new Map())

/** As many as the server keeps. */
const MOST_MESSAGES = 20_000

export function take(event: ConsoleEvent): void {
  switch (event.kind) {
    case 'messages':
      for (const row of event.rows) byId.set(row.messageId, row)
      forgetOldest()
      soon()
      return
    case 'fault':
      faultInForce.value = event.inForce
      return
    case 'tokens':
      tokens.value = event.tokens
      return
    case 'step':
      steps.value = new Map(steps.value).set(event.connector, [...(steps.value.get(event.connector) ?? []), event.step])
      return
    case 'trouble':
      trouble.value = event.text
      return
    case 'connection':
      batch(() => {
        connected.value = event.connected
        // Everything comes anew.
        if (event.connected) {
          byId.clear()
          steps.value = new Map()
          trouble.value = undefined
          soon()
        }
      })
  }
}

function forgetOldest() {
  for (const id of byId.keys()) {
    if (byId.size <= MOST_MESSAGES) return
    byId.delete(id)
  }
}

let isDue = false

/** Many come together: they are shown once a frame. */
function soon() {
  if (isDue) return
  isDue = true
  setTimeout(() => {
    isDue = false
    messages.value = [...byId.values()]
  }, 50)
}
