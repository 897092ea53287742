/** What becomes of a connector's messages, as it happens: `npm run tail -- CONNECTOR`. See docs/TOOLS.md. */
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { COMMON_OPTIONS, COMMON_USAGE, interruption, runTool, UsageError } from '../command-line.ts'
import { onlyConnector } from '../connector-argument.ts'
import { rowOfFailure } from '../outcomes/failed-invocations.ts'
import { followOutcomes, OUTCOME_KINDS, type OutcomeKind, rowOf, spanIn } from '../outcomes/outcome-log.ts'
import { tableHead, tableRow } from '../outcomes/outcome-table.ts'
import { placeOf } from '../place.ts'

const USAGE = `Usage: npm run tail -- CONNECTOR [--since SPAN] [--outcome KIND] [--message ID] [--once] [--json] [--local] [--profile NAME] [--region REGION]

Shows what becomes of the connector's messages, from the function's log, until Ctrl-C; some seconds after it happened. An
invocation that failed is a row without messages: which they were, nobody knows. What the filter turns away is not there: Lambda deletes it
before the function, and says nothing. A function.logLevel above INFO leaves out what is done.

  --since SPAN       how far back to begin, such as 30s, 10m, 2h or 1d; 10m
  --outcome KIND     only this: ${OUTCOME_KINDS.slice(0, 4).join(', ')},
                     ${OUTCOME_KINDS.slice(4, 8).join(', ')},
                     ${OUTCOME_KINDS.slice(8).join(', ')}
  --message ID       only this message, by its id or the beginning of it; --since has to reach back to it
  --once             end after what is there
${COMMON_USAGE.replace('JSON on stdout and nothing else', 'a line of JSON for each, and nothing else')}`

await runTool(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...COMMON_OPTIONS,
      since: { type: 'string', default: '10m' },
      outcome: { type: 'string' },
      message: { type: 'string' },
      once: { type: 'boolean', default: false },
    },
  })
  const name = onlyConnector(positionals)
  const span = spanIn(values.since)
  if (span === undefined) throw new UsageError(`--since takes a span such as 10m, and not “${values.since}”.`)
  const outcome = values.outcome === undefined ? undefined : OUTCOME_KINDS.find((kind) => kind === values.outcome)
  if (values.outcome !== undefined && outcome === undefined) throw new UsageError(`There is no outcome “${values.outcome}”.`)
  const { message } = values
  if (message !== undefined && !/^[\w-]{1,100}$/.test(message)) throw new UsageError(`“${message}” is no message id.`)
  return tail(name, Date.now() - span, outcome)

  async function tail(name: string, since: number, outcome: OutcomeKind | undefined): Promise<number> {
    const { deploymentOf, logs } = await placeOf(values)
    const { logGroupName } = await deploymentOf(name)
    if (!values.json) console.log(tableHead('time'))
    const signal = interruption()
    const outcomes = followOutcomes({
      logs,
      logGroupName,
      since,
      outcome,
      messageId: message,
      once: values.once,
      signal,
      pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    })
    let count = 0
    for await (const logged of outcomes) {
      count += 1
      console.log(values.json ? JSON.stringify(logged) : tableRow('failure' in logged ? rowOfFailure(logged) : rowOf(logged)))
    }
    if (values.once && count === 0) console.error(`Nothing of it in the log of the last ${values.since}: --since looks further back.`)
    return 0
  }
})
