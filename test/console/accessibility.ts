import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe-core finds in what is shown that keeps somebody out. */
export async function violationsIn(page: Page): Promise<string[]> {
  // By the debugger, which no content security policy keeps out.
  await page.evaluate(axe.source)
  const found = await axeResults(page)
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
  )
}

/** A page that changes while axe looks at it can make it throw, which is no finding: it looks again, twice at most. */
async function axeResults(page: Page, further = 2): Promise<AxeResults> {
  try {
    return (await page.evaluate('axe.run()')) as AxeResults
  } catch (error) {
    if (further === 0) throw error
    return axeResults(page, further - 1)
  }
}
