/**
 * The licences of all that is pinned: npm packages, Maven artifacts, PyPI packages.
 *
 *   npm run licences              writes docs/DEPENDENCIES.md
 *   npm run licences -- --check   writes nothing
 *
 * Every licence must be accepted, and every dependency be there for something; with `--check`, the document must be what would be written.
 * The status is 0 where that is so, 1 where it is not or the metadata cannot be had, and 2 where it is called wrongly.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { DOCUMENT, outcomeOf } from './outcome.ts'
import { pinnedDependencies } from './pinned-dependencies.ts'
import { policy } from './policy.ts'

const file = fileURLToPath(new URL(`../../${DOCUMENT}`, import.meta.url))

async function run(check: boolean): Promise<number> {
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const outcome = outcomeOf(await pinnedDependencies(policy), policy, check ? committed : undefined)
  if ('problems' in outcome) {
    for (const problem of outcome.problems) console.error(`licences: ${problem}`)
    return 1
  }
  if (!check) writeFileSync(file, outcome.document)
  console.log(`licences: ${outcome.summary}`)
  return 0
}

try {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  process.exitCode = await run(values.check)
} catch (error) {
  if (!(error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error
  console.error(`${error.message}\nUsage: npm run licences [-- --check]`)
  process.exitCode = 2
}
