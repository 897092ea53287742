import { programOf, run } from '../tools/program.ts'
import { COMMANDS } from './commands.ts'

/** The one command. What a shell asks to complete a line comes in as `complete -- WORDS`. */
const args = process.argv.slice(2)
const program = programOf(COMMANDS)
if (args[0] === 'complete') (await import('../tools/actions/completion.ts')).complete(program, args.slice(args.indexOf('--') + 1))
else await run(program, args)
