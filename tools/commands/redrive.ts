/** Moves dead letters back to a connector's queue: `npm run redrive -- CONNECTOR`. See docs/TOOLS.md. */
import { COMMON_USAGE, runTool } from '../command-line.ts'
import { CHOICE_USAGE, onDeadLetters } from '../dead-letters/command.ts'

const USAGE = `Usage: npm run redrive -- CONNECTOR [--reason TEXT] [--except TEXT] [--message-id ID]... [--rate N] [--yes] [--json] [--local] [--profile NAME] [--region REGION]

Moves dead letters back to the connector's queue: all of them, or those which are chosen. Each is sent to the queue first and deleted from the
dead-letter queue after, so that none can get lost; Ctrl-C ends after those under way. Body and attributes stay as they are, and on a FIFO
queue message group and order.

A message which is sent again has a new message id. Camunda knows a published message by its id, which is SQS's unless the element's
messageIdExpression says otherwise: so Camunda does not know a redriven message as a duplicate, and one that had its effect has it again.
What became a dead letter after the redrive began is left there.

${CHOICE_USAGE}${COMMON_USAGE}
The status is 0 where all that was chosen is moved, and 1 where something of it is left.`

await runTool(USAGE, () =>
  onDeadLetters({
    to: 'queue',
    allByDefault: true,
    done: 'moved',
    note: 'They get new message ids; --except Ambiguous leaves those which may have had their effect.',
    does: (which, _, queue) => `moves ${which} to ${queue}`,
  }),
)
