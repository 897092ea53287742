import { Option } from '@commander-js/extra-typings'
import { someText } from '../command.ts'

/** The options by which dead letters are chosen, with every command that has them go somewhere. */
export function reasonOption() {
  return new Option('--reason <text>', 'those whose reason, as peek shows it, contains this').argParser(someText)
}

export function exceptOption() {
  return new Option('--except <text>', 'none whose reason contains this, such as Ambiguous').argParser(someText)
}

export function messageIdOption() {
  return new Option('--message-id <id>', 'this one; may be given several times').argParser((id: string, ids: string[] | undefined) => [
    ...(ids ?? []),
    someText(id),
  ])
}

/** What those commands print for programs. */
export const LEFT_JSON =
  '{ connector, moved, notChosen, arrivedLater, unseen, failed: [{ messageId, why }], inBoth: [{ messageId, why }], stopped?, left, heldElsewhere }'
