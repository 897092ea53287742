import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { elasticMqServer } from '../../local/engines/artifacts.ts'
import { feelEngineWrapper } from '../../local/engines/feel-engine-artifacts.ts'
import { readPom } from '../../local/engines/maven-central.ts'
import { findPython, pythonEnvironment } from '../../local/python-environment.ts'
import { bpmnModel } from '../../test/support/bpmn-model-artifacts.ts'
import { eventRuler } from '../../test/support/event-ruler-artifacts.ts'
import type { Dependency } from './dependency.ts'
import type { Policy } from './judgement.ts'
import { type MavenList, mavenDependencies } from './maven-dependencies.ts'
import { npmBillOfMaterials, npmDependencies } from './npm-dependencies.ts'
import { pinnedRequirements, pypiDependencies, reportedMetadata } from './pypi-dependencies.ts'

/** Every list of artifacts in the project. */
export const mavenLists: readonly MavenList[] = [
  { file: 'local/engines/artifacts.ts', artifacts: elasticMqServer },
  { file: 'local/engines/feel-engine-artifacts.ts', artifacts: feelEngineWrapper },
  { file: 'test/support/bpmn-model-artifacts.ts', artifacts: bpmnModel },
  { file: 'test/support/event-ruler-artifacts.ts', artifacts: eventRuler },
]

const PIP = 'tools/licences/pip-requirements.txt'

/** Every file of requirements in the project. */
export const requirementFiles: readonly string[] = ['test/support/moto-requirements.txt', PIP]

const pathOf = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url))

/** All that the project pins, and why some of it is missing, if it is. */
export async function pinnedDependencies({ whatFor }: Pick<Policy, 'whatFor'>): Promise<{ dependencies: Dependency[]; missing: string[] }> {
  const sources = {
    npm: npmBillOfMaterials().then(npmDependencies),
    Maven: mavenDependencies(mavenLists, Object.keys(whatFor.Maven), (coordinates) => readPom(coordinates)),
    PyPI: pypi(Object.keys(whatFor.PyPI)),
  }
  const results = await Promise.allSettled(Object.values(sources))
  return {
    dependencies: results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])),
    missing: results.flatMap((result, index) =>
      result.status === 'rejected' ? [`${Object.keys(sources)[index]}: ${(result.reason as Error).message.trim()}`] : [],
    ),
  }
}

async function pypi(wanted: readonly string[]): Promise<Dependency[]> {
  const requirements = requirementFiles.flatMap((file) => pinnedRequirements(readFileSync(pathOf(file), 'utf8'), file))
  const python = await findPython()
  if (!python) throw new Error('no Python ≥ 3.10 with venv, whose pip reads the metadata, is on the PATH')
  const pip = await pythonEnvironment(python, 'pip', pathOf(PIP))
  return pypiDependencies(requirements, wanted, await reportedMetadata(pip, requirements))
}
