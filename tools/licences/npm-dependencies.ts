import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Dependency } from './dependency.ts'

/** Of a bill of materials in SPDX's format: what is read of it. */
export interface SpdxDocument {
  readonly documentDescribes: readonly string[]
  readonly packages: readonly { SPDXID: string; name: string; versionInfo: string; licenseDeclared: string }[]
  readonly relationships: readonly { spdxElementId: string; relatedSpdxElement: string; relationshipType: string }[]
}

const project = fileURLToPath(new URL('../..', import.meta.url))

/** npm's own bill of materials of the lockfile: for all platforms, whatever is installed, and without a network. */
export async function npmBillOfMaterials(): Promise<SpdxDocument> {
  const options = { cwd: project, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' }
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format', 'spdx', '--package-lock-only'], options)
  return JSON.parse(stdout)
}

/** Every package of the bill, but the project itself. */
export function npmDependencies({ documentDescribes, packages, relationships }: SpdxDocument): Dependency[] {
  const root = documentDescribes[0] ?? ''
  const needs = Map.groupBy(relationships, ({ relatedSpdxElement }) => relatedSpdxElement)
  const names = new Map(packages.map(({ SPDXID, name }) => [SPDXID, name]))
  const direct = (needs.get(root) ?? []).map(({ spdxElementId, relationshipType }) => ({
    id: spdxElementId,
    use: relationshipType === 'DEV_DEPENDENCY_OF' ? ('development' as const) : ('production' as const),
    reached: reachedFrom(spdxElementId, needs),
  }))
  return packages
    .filter(({ SPDXID }) => SPDXID !== root)
    .map(({ SPDXID, name, versionInfo, licenseDeclared }) => {
      const from = direct.filter(({ id, reached }) => id === SPDXID || reached.has(SPDXID))
      const use = from.some((one) => one.use === 'production') ? 'production' : 'development'
      const isDirect = from.some(({ id }) => id === SPDXID)
      const through = isDirect ? [] : from.filter((one) => one.use === use).map(({ id }) => names.get(id) ?? id)
      const stated = licenseDeclared === 'NOASSERTION' ? [] : [{ text: licenseDeclared }]
      return { ecosystem: 'npm', name, version: versionInfo, stated, use, through: through.sort(), pinnedIn: 'package-lock.json' }
    })
}

function reachedFrom(start: string, needs: ReadonlyMap<string, SpdxDocument['relationships']>): ReadonlySet<string> {
  const reached = new Set<string>()
  const pending = [start]
  for (let one = pending.pop(); one !== undefined; one = pending.pop())
    for (const { spdxElementId } of needs.get(one) ?? []) {
      if (reached.has(spdxElementId)) continue
      reached.add(spdxElementId)
      pending.push(spdxElementId)
    }
  return reached
}
