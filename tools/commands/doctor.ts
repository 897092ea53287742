/** Whether all that a connector needs is there and as it should be: `npm run doctor -- CONNECTOR`. See docs/TOOLS.md. */
import { parseArgs } from 'node:util'
import { COMMON_OPTIONS, COMMON_USAGE, runTool } from '../command-line.ts'
import { onlyConnector } from '../connector-argument.ts'
import { camundaProbe } from '../doctor/camunda-probe.ts'
import { examine } from '../doctor/doctor.ts'
import { examinationReport } from '../doctor/finding.ts'
import { placeOf } from '../place.ts'

const USAGE = `Usage: npm run doctor -- CONNECTOR [--json] [--local] [--profile NAME] [--region REGION]

Examines a deployed connector: its parameters, its queues, its event-source mapping, its role, and Camunda. It changes nothing.
The status is 1 where there is an error.

${COMMON_USAGE}`

await runTool(USAGE, async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: COMMON_OPTIONS })
  const connector = onlyConnector(positionals)
  const place = await placeOf(values)
  // A connector which the local run does not have is a mistake of the call, and no finding.
  if (values.local) await place.deploymentOf(connector)
  const findings = await examine(connector, { ...place, probe: camundaProbe, now: Date.now, local: values.local })
  const count = (status: string) => findings.filter((finding) => finding.status === status).length
  if (values.json) console.log(JSON.stringify({ connector, errors: count('error'), warnings: count('warn'), checks: findings }, null, 2))
  else console.log(examinationReport(findings))
  return count('error') > 0 ? 1 : 0
})
