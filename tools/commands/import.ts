/** Makes connectors of diagrams with Camunda's own connector: `npm run import -- FILE.bpmn…`. See docs/TOOLS.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { connectionFaults } from '../../lambda/core/connection-settings.ts'
import { Refusal, runTool } from '../command-line.ts'
import { readParameters } from '../doctor/camunda-connection.ts'
import { camundaProbe } from '../doctor/camunda-probe.ts'
import { importCommand, USAGE } from '../import/command.ts'

/** By the settings which Camunda's clients take from the environment. */
async function deployedDiagram(bpmnProcessId: string, tenantId: string | undefined) {
  const settings = Object.entries(process.env).filter(([name]) => /^(CAMUNDA|ZEEBE)_/.test(name))
  const parameters = new Map(settings.map(([name, value = '']) => [name, { value, type: 'String' }]))
  const [fault] = connectionFaults(readParameters(parameters))
  if (fault) throw new Refusal(`Camunda cannot be asked for ${bpmnProcessId}: in the environment ${fault.message}; ${fault.expected}.`)
  const probe = camundaProbe(parameters)
  try {
    const deployed = await probe.deployedDiagram({ bpmnProcessId, tenantId })
    if (!deployed) throw new Refusal(`No process ${bpmnProcessId} is deployed there.`)
    return deployed
  } finally {
    await probe.close()
  }
}

await runTool(USAGE, () =>
  importCommand(process.argv.slice(2), {
    readFile: (file) => (existsSync(file) ? readFileSync(file) : undefined),
    writeFile: (file, text) => {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    },
    deployedDiagram,
    out: (line) => console.log(line),
    err: (line) => console.error(line),
  }),
)
