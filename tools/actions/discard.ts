import { type ChosenDeadLetters, onDeadLetters } from '../dead-letters/command.ts'

/** Deletes dead letters for good. */
export function discard(name: string, chosen: ChosenDeadLetters): Promise<number> {
  return onDeadLetters(name, chosen, {
    to: 'nowhere',
    done: 'deleted',
    note: 'They are gone for good.',
    does: (which, from) => `deletes ${which} from ${from}`,
  })
}
