import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { fetchArtifacts } from '../../local/engines/maven-central.ts'
import { bpmnModel } from './bpmn-model-artifacts.ts'
import { enginesJdk } from './engines.ts'

/** What Camunda's own model reads of a file. */
export type ModelReading =
  | { readonly refused: string }
  | {
      readonly refused?: never
      readonly processes: readonly {
        readonly id: string
        readonly isExecutable: boolean
        readonly elements: readonly {
          readonly id: string
          readonly type: string
          readonly properties: 'refused' | readonly (readonly [name: string | null, value: string | null])[]
          readonly message: { readonly name: string | null; readonly correlationKey: string | null } | null
        }[]
      }[]
      /** Of Zeebe's validators at design time. */
      readonly faults: readonly string[]
    }

/** @returns the reading of each file by Camunda's own model; only within `describeWithEngines` */
export async function askBpmnModel(files: readonly (string | Uint8Array)[]): Promise<ModelReading[]> {
  const classPath = (await fetchArtifacts(bpmnModel)).join(delimiter)
  const source = fileURLToPath(new URL('../engines/BpmnModel.java', import.meta.url))
  const java = spawn(enginesJdk().java, ['-Dslf4j.internal.verbosity=ERROR', '-cp', classPath, source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  java.stdin.end(files.map((file) => `${Buffer.from(file).toString('base64')}\n`).join(''))
  const answers = (await text(java.stdout)).trim().split('\n')
  return answers.map((answer) => JSON.parse(answer))
}

/** The elements which the connector runtime takes for connectors, as PROCESS/ELEMENT. */
export function connectorsIn(reading: ModelReading): string[] {
  if (reading.refused !== undefined) return []
  return reading.processes.flatMap(({ id, elements }) =>
    elements
      .filter(({ properties }) => properties !== 'refused' && properties.some(([name, value]) => name === 'inbound.type' && value !== null))
      .map((element) => `${id}/${element.id}`),
  )
}
