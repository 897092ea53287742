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
import { dependenciesDocument } from './document.ts'
import { judge } from './judgement.ts'
import { pinnedDependencies } from './pinned-dependencies.ts'
import { policy } from './policy.ts'

const DOCUMENT = 'docs/DEPENDENCIES.md'
const file = fileURLToPath(new URL(`../../${DOCUMENT}`, import.meta.url))

async function run(check: boolean): Promise<number> {
  const { dependencies, missing } = await pinnedDependencies(policy)
  if (missing.length > 0) {
    for (const why of missing) console.error(`licences: cannot be checked: ${why}`)
    return 1
  }
  const { licensed, offences } = judge(dependencies, policy)
  for (const { what, fault, remedy } of offences) console.error(`licences: ${what}: ${fault}\n  → ${remedy}`)
  if (offences.length > 0) return 1
  const document = dependenciesDocument(licensed, policy)
  if (!check) writeFileSync(file, document)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== document) {
    console.error(`licences: ${DOCUMENT} is out of date\n  → npm run licences`)
    return 1
  }
  console.log(`licences: ${licensed.length} dependencies, each with an accepted licence: ${DOCUMENT}`)
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
