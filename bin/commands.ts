import { consoleCommand } from '../local/commands/console.ts'
import { fault } from '../local/commands/fault.ts'
import { send } from '../local/commands/send.ts'
import { start } from '../local/commands/start.ts'
import type { BridgeCommand } from '../tools/command.ts'
import { check } from '../tools/commands/check.ts'
import { completion } from '../tools/commands/completion.ts'
import { connect } from '../tools/commands/connect.ts'
import { cost } from '../tools/commands/cost.ts'
import { dashboard } from '../tools/commands/dashboard.ts'
import { discard } from '../tools/commands/discard.ts'
import { doctor } from '../tools/commands/doctor.ts'
import { explain } from '../tools/commands/explain.ts'
import { feel } from '../tools/commands/feel.ts'
import { importDiagrams } from '../tools/commands/import.ts'
import { init } from '../tools/commands/init.ts'
import { peek } from '../tools/commands/peek.ts'
import { pull } from '../tools/commands/pull.ts'
import { push } from '../tools/commands/push.ts'
import { redrive } from '../tools/commands/redrive.ts'
import { schema } from '../tools/commands/schema.ts'
import { tail } from '../tools/commands/tail.ts'
import { template } from '../tools/commands/template.ts'
import { test } from '../tools/commands/test.ts'
import { verifyFilters } from '../tools/commands/verify-filters.ts'

/** All that the command does, in the order in which one needs it: begin, look closely, draw, put into force, operate, practise. */
export const COMMANDS: readonly BridgeCommand[] = [
  ...[init, check, test, start, send],
  ...[explain, feel],
  ...[importDiagrams, template],
  ...[connect, push, pull],
  ...[doctor, consoleCommand, tail, peek, redrive, discard],
  ...[fault, dashboard, verifyFilters, cost],
  ...[schema, completion],
]
