import type { Dependency } from './dependency.ts'
import { dependenciesDocument } from './document.ts'
import { judge, type Policy } from './judgement.ts'

export const DOCUMENT = 'docs/DEPENDENCIES.md'

/** What a run comes to: what is to be put right, or the document. */
export type Outcome = { readonly problems: readonly string[] } | { readonly document: string; readonly summary: string }

/**
 * A document is not made from less than everything, nor where something is to be put right.
 * @param committed what a check compares with; undefined where the document is to be written
 */
export function outcomeOf(
  { dependencies, missing }: { readonly dependencies: readonly Dependency[]; readonly missing: readonly string[] },
  policy: Policy,
  committed: string | undefined,
): Outcome {
  if (missing.length > 0) return { problems: missing.map((why) => `cannot be checked: ${why}`) }
  const { licensed, offences } = judge(dependencies, policy)
  if (offences.length > 0) return { problems: offences.map(({ what, fault, remedy }) => `${what}: ${fault}\n  → ${remedy}`) }
  const document = dependenciesDocument(licensed, policy)
  if (committed !== undefined && committed !== document) return { problems: [`${DOCUMENT} is out of date\n  → npm run licences`] }
  return { document, summary: `${licensed.length} dependencies, each with an accepted licence: ${DOCUMENT}` }
}
