import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { problemReport, problemsIn } from '../check/problems.ts'
import { UsageError } from '../command-line.ts'
import { checkedName } from '../connector-argument.ts'

export interface CheckOptions {
  /** A directory. */
  readonly connectors: string
  /** Whether a warning is as bad as an error. */
  readonly strict?: boolean | undefined
  readonly json?: boolean | undefined
}

/** Whether connectors' files are valid: all of a directory, or those which are named, by name or by file. */
export async function check(names: readonly string[], { connectors, strict, json }: CheckOptions): Promise<number> {
  const wanted = names.map((name) => (name.endsWith('.json') ? join(name) : join(connectors, `${checkedName(name)}.json`)))
  const missing = wanted.filter((file) => !existsSync(file))
  if (missing.length > 0) throw new UsageError(`There is no ${missing.join(', nor ')}.`)
  const directories = names.length === 0 ? [connectors] : [...new Set(wanted.map((file) => dirname(file)))]
  const isWanted = (file: string) => names.length === 0 || wanted.includes(file)
  const checked = directories.map((directory) => problemsIn(directory, isWanted))
  const files = checked.flatMap((each) => each.files)
  const problems = checked.flatMap((each) => each.problems)
  const count = (severity: string) => problems.filter((problem) => problem.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  console.log(json ? JSON.stringify({ files, errors, warnings, problems }, null, 2) : problemReport(problems, files.length))
  return errors > 0 || (strict && warnings > 0) ? 1 : 0
}
