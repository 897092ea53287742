import { command, ending } from '../../tools/command.ts'

export const fault = {
  command: command(
    'fault',
    'something goes wrong in the running start, to practise',
    'Provokes a fault in the running start, in place of the one before: unreachable, forbidden, slow, … Without a name it lists them; random does not say which; none ends it. docs/OPERATING.md says what is to be done about each.',
    'random',
  )
    .argument('[name]')
    .action(ending(async (name) => (await import('../fault.ts')).fault(name))),
  status: { 0: 'active, or listed', 1: 'nothing runs, or in a cluster of yours' },
}
