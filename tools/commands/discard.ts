/** Deletes dead letters for good: `npm run discard -- CONNECTOR`. See docs/TOOLS.md. */
import { COMMON_USAGE, runTool } from '../command-line.ts'
import { CHOICE_USAGE, onDeadLetters } from '../dead-letters/command.ts'

const USAGE = `Usage: npm run discard -- CONNECTOR (--reason TEXT | --message-id ID... | --all) [--except TEXT] [--rate N] [--yes] [--json] [--local] [--profile NAME] [--region REGION]

Deletes dead letters: those which can have no effect any more, or have had it already. They are gone for good; npm run peek -- CONNECTOR --bodies --json
keeps a copy. Ctrl-C ends after those under way.

${CHOICE_USAGE}  --all              all of them
${COMMON_USAGE}
The status is 0 where all that was chosen is deleted, and 1 where something of it is left.`

await runTool(USAGE, () =>
  onDeadLetters({
    to: 'nowhere',
    allByDefault: false,
    done: 'deleted',
    note: 'They are gone for good.',
    does: (which, from) => `deletes ${which} from ${from}`,
  }),
)
