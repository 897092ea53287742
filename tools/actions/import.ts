import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { connectionFaults } from '../../lambda/core/connection-settings.ts'
import { Refusal, UsageError } from '../command-line.ts'
import { readParameters } from '../connection-parameters.ts'
import { camundaProbe } from '../doctor/camunda-probe.ts'
import { type ImportIo, importDiagrams } from '../import/import.ts'

export interface ImportFilesOptions {
  /** Ids of deployed processes. */
  readonly process?: readonly string[] | undefined
  readonly secret?: ReadonlyMap<string, string> | undefined
  /** Names of connectors by their queues. */
  readonly connector?: ReadonlyMap<string, string> | undefined
  readonly type?: readonly string[] | undefined
  readonly tenant?: string | undefined
  readonly strip?: boolean | undefined
  readonly check?: boolean | undefined
  readonly overwrite?: boolean | undefined
  /** A directory. */
  readonly connectors: string
}

/** Makes connectors of diagrams with Camunda's own connector. @throws {UsageError} */
export async function importFiles(
  files: readonly string[],
  { process: processes = [], secret = new Map(), connector = new Map(), type = [], ...options }: ImportFilesOptions,
  io: ImportIo = THIS_MACHINE,
): Promise<number> {
  if (files.length + processes.length === 0) throw new UsageError('Which diagram?')
  return importDiagrams(
    {
      files,
      processes,
      secrets: secret,
      names: connector,
      types: type,
      tenantId: options.tenant,
      strip: options.strip ?? false,
      check: options.check ?? false,
      overwrite: options.overwrite ?? false,
      directory: options.connectors,
    },
    io,
  )
}

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

const THIS_MACHINE: ImportIo = {
  readFile: (file) => (existsSync(file) ? readFileSync(file) : undefined),
  writeFile: (file, text) => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  },
  deployedDiagram,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
}
