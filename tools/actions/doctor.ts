import { checkedName } from '../connector-argument.ts'
import { camundaProbe } from '../doctor/camunda-probe.ts'
import { examine } from '../doctor/doctor.ts'
import { examinationReport } from '../doctor/finding.ts'
import { type Choice, placeOf } from '../place.ts'

/** Whether all that a connector needs is there and as it should be. */
export async function doctor(name: string, options: Choice & { readonly json?: boolean | undefined }): Promise<number> {
  const connector = checkedName(name)
  const { local = false, json } = options
  const place = await placeOf(options)
  // A connector which the local run does not have is a mistake of the call, and no finding.
  if (local) await place.deploymentOf(connector)
  const findings = await examine(connector, { ...place, probe: camundaProbe, now: Date.now, local })
  const count = (status: string) => findings.filter((finding) => finding.status === status).length
  if (json) console.log(JSON.stringify({ connector, errors: count('error'), warnings: count('warn'), checks: findings }, null, 2))
  else console.log(examinationReport(findings))
  return count('error') > 0 ? 1 : 0
}
