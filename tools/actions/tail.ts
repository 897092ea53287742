import { setTimeout } from 'node:timers/promises'
import { interruption } from '../command-line.ts'
import { checkedName } from '../connector-argument.ts'
import { rowOfFailure } from '../outcomes/failed-invocations.ts'
import type { OutcomeKind } from '../outcomes/outcome-kinds.ts'
import { followOutcomes, rowOf } from '../outcomes/outcome-log.ts'
import { tableHead, tableRow } from '../outcomes/outcome-table.ts'
import type { Span } from '../outcomes/span.ts'
import { type Choice, placeOf } from '../place.ts'

export interface TailOptions extends Choice {
  readonly since: Span
  readonly outcome?: OutcomeKind | undefined
  /** The id of one, or the beginning of it. */
  readonly message?: string | undefined
  readonly once?: boolean | undefined
  readonly json?: boolean | undefined
}

/** What becomes of a connector's messages, as it happens. */
export async function tail(connector: string, options: TailOptions): Promise<number> {
  const name = checkedName(connector)
  const { since, outcome, message, once = false, json } = options
  const begin = Date.now() - since.milliseconds
  const { deploymentOf, logs } = await placeOf(options)
  const { logGroupName } = await deploymentOf(name)
  if (!json) console.log(tableHead('time'))
  const signal = interruption()
  const outcomes = followOutcomes({
    logs,
    logGroupName,
    since: begin,
    outcome,
    messageId: message,
    once,
    signal,
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
  })
  let count = 0
  for await (const logged of outcomes) {
    count += 1
    console.log(json ? JSON.stringify(logged) : tableRow('failure' in logged ? rowOfFailure(logged) : rowOf(logged)))
  }
  if (once && count === 0) console.error(`Nothing of it in the log of the last ${since.text}: --since looks further back.`)
  return 0
}
