import type { DeadLetterReason } from './reason.ts'
import type { DeadLetterReasons } from './reasons.ts'
import type { Redrive } from './redrive.ts'

/** Each undefined where it does not matter. */
export interface Chosen {
  /** A text which its reason has. */
  readonly reason?: string | undefined
  /** A text which its reason has not. */
  readonly except?: string | undefined
  readonly messageIds?: readonly string[] | undefined
}

/** Chooses among the dead letters of the connector: those of other consumers stay where they are. */
export function choosing(reasons: DeadLetterReasons, chosen: Chosen): Redrive['choose'] {
  return async (messages) => {
    const { messageIds } = chosen
    const named = messages.filter(({ MessageId = '' }) => messageIds === undefined || messageIds.includes(MessageId))
    const why = await reasons.of(named)
    return new Set(named.filter((message) => isChosen(why.get(message), chosen)))
  }
}

function isChosen(why: DeadLetterReason | undefined, { reason, except }: Chosen): boolean {
  if (!why || why.told === 'other') return false
  const tells = (text: string) => why.reason.includes(text) || Boolean(why.now?.includes(text))
  return (reason === undefined || tells(reason)) && !(except !== undefined && tells(except))
}
