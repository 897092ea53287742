// Dependencies with known vulnerabilities end the run with 1, where the registry answers; where it does not, that is told.
import { spawnSync } from 'node:child_process'

const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', shell: process.platform === 'win32' })
const report = JSON.parse(stdout || '{}')
if (report.metadata === undefined) {
  console.log('audit: not checked, the registry does not answer it')
} else {
  const { total } = report.metadata.vulnerabilities
  for (const { name, severity, range } of Object.values(report.vulnerabilities)) console.log(`audit: ${severity}: ${name} ${range}`)
  console.log(`audit: ${total} known vulnerabilities`)
  process.exitCode = total > 0 ? 1 : 0
}
