import type { Mode } from './modes.ts'
import type { Row } from './rows.ts'

/** What a row came to, each message by its number. */
export interface Findings {
  readonly sent: readonly number[]
  /** Those of which the connector cannot make an instance; the dead-letter queue is theirs. */
  readonly poison: ReadonlySet<number>
  /** One entry an instance: the number of the message which started it. */
  readonly instances: readonly number[]
  readonly deadLetters: readonly number[]
  /** How often the fault struck. */
  readonly struck: number
  /** From the first message sent until the queue was empty; undefined: it was not within the time which it is given. */
  readonly secondsToDrain: number | undefined
  /** Why messages came back, as the function told it. */
  readonly reasons: readonly string[]
}

export interface Tally {
  readonly row: string
  readonly mode: string
  readonly sent: number
  readonly instances: number
  /** Sent, and neither an instance nor a dead letter. */
  readonly lost: number
  /** Instances beyond the first of their message. */
  readonly duplicated: number
  readonly duplicatesPossible: boolean
  readonly deadLetters: number
  /** How often the fault struck. */
  readonly struck: number
  readonly secondsToDrain: number | undefined
  /** Empty where the bridge kept its word. */
  readonly broken: readonly string[]
  /** Why messages came back, as the function told it. */
  readonly reasons: readonly string[]
}

/** What a row came to in a mode, and which promises that breaks. */
export function tally(
  row: Pick<Row, 'name' | 'ambiguous' | 'looksAmbiguous'>,
  mode: Pick<Mode, 'name' | 'duplicatesPossible' | 'deadLettersPossible'>,
  findings: Findings,
): Tally {
  const started = new Set(findings.instances)
  const dead = new Set(findings.deadLetters)
  const lost = findings.sent.filter((n) => !started.has(n) && !dead.has(n)).length
  const duplicated = findings.instances.length - started.size
  const healthyDead = [...dead].filter((n) => !findings.poison.has(n)).length
  const duplicatesPossible = mode.duplicatesPossible(row)
  const promises: [boolean, string][] = [
    [lost === 0, `no message is lost, and ${lost} of ${findings.sent.length} are`],
    [healthyDead === 0 || mode.deadLettersPossible(row), `no healthy message becomes a dead letter, and ${healthyDead} did`],
    [duplicated === 0 || duplicatesPossible, `no message starts two instances, and there are ${duplicated} too many`],
    [findings.secondsToDrain !== undefined, 'the queue is empty in the end, and it is not'],
    [findings.struck > 0, 'the fault strikes, and it did not: the row proves nothing'],
  ]
  return {
    row: row.name,
    mode: mode.name,
    sent: findings.sent.length,
    instances: findings.instances.length,
    lost,
    duplicated,
    duplicatesPossible,
    deadLetters: dead.size,
    struck: findings.struck,
    secondsToDrain: findings.secondsToDrain,
    broken: promises.flatMap(([kept, promise]) => (kept ? [] : [promise])),
    reasons: findings.reasons,
  }
}
