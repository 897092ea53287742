import { type ChosenDeadLetters, onDeadLetters } from '../dead-letters/command.ts'

/** Moves dead letters back to a connector’s queue. */
export function redrive(name: string, chosen: ChosenDeadLetters): Promise<number> {
  return onDeadLetters(
    name,
    { ...chosen, all: true },
    {
      to: 'queue',
      done: 'moved',
      note: 'They get new message ids; --except Ambiguous leaves those which may have had their effect.',
      does: (which, _, queue) => `moves ${which} to ${queue}`,
    },
  )
}
