import { acceptedLicences, refusedTerms } from './accepted-licences.ts'
import { furtherTerms } from './further-terms.ts'
import type { Policy } from './judgement.ts'
import { licenceOverrides } from './licence-overrides.ts'
import { whatFor } from './what-for.ts'

/** The project's. */
export const policy: Policy = { accepted: acceptedLicences, refused: refusedTerms, overrides: licenceOverrides, furtherTerms, whatFor }
