import { XMLParser } from 'fast-xml-parser'
import pLimit from 'p-limit'
import type { MavenArtifact } from '../../local/engines/maven-central.ts'
import type { Dependency, StatedLicence } from './dependency.ts'

/** A list of pinned artifacts: a class path, which begins with what it is the class path of. */
export interface MavenList {
  readonly file: string
  readonly artifacts: readonly MavenArtifact[]
}

/** The text of the POM of `groupId:artifactId:version`. */
export type PomReader = (coordinates: string) => Promise<string>

/** Licences and parents as POMs have them; a version such as 2.10 must stay a text. */
const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'license' })

interface Pom {
  readonly licenses?: { readonly license?: readonly { readonly name?: string; readonly url?: string }[] }
  readonly parent?: { readonly groupId: string; readonly artifactId: string; readonly version: string }
}

/** All comes through the first of its class path, but what is `wanted` for itself, as `groupId:artifactId`. */
export async function mavenDependencies(lists: readonly MavenList[], wanted: readonly string[], readPom: PomReader): Promise<Dependency[]> {
  const limit = pLimit(8)
  const poms = new Map<string, Promise<Pom>>()
  const pomOf = (coordinates: string): Promise<Pom> => {
    const pom = poms.get(coordinates) ?? limit(async () => projectOf(await readPom(coordinates), coordinates))
    poms.set(coordinates, pom)
    return pom
  }
  const dependencies = lists.flatMap(({ file, artifacts }) => {
    const named = artifacts.map(({ coordinates }) => {
      const [group, artifact, ...rest] = coordinates.split(':')
      return { name: `${group}:${artifact}`, version: rest.at(-1) ?? '' }
    })
    const first = named.slice(0, 1).map(({ name }) => name)
    return named.map(async ({ name, version }): Promise<Dependency> => {
      const stated = await statedLicences(`${name}:${version}`, pomOf)
      const through = first.includes(name) || wanted.includes(name) ? [] : first
      return { ecosystem: 'Maven', name, version, stated, use: 'development', through, pinnedIn: file }
    })
  })
  try {
    return await Promise.all(dependencies)
  } finally {
    limit.clearQueue()
  }
}

/** Those of the nearest POM that has any: a POM inherits its parent's licences, or has its own in their place. Several are a choice. */
async function statedLicences(coordinates: string, pomOf: (coordinates: string) => Promise<Pom>): Promise<StatedLicence[]> {
  const { licenses, parent } = await pomOf(coordinates)
  const own = licenses?.license ?? []
  if (own.length > 0) return own.map(({ name = '', url }) => ({ text: name, url }))
  return parent ? statedLicences(`${parent.groupId}:${parent.artifactId}:${parent.version}`, pomOf) : []
}

function projectOf(text: string, coordinates: string): Pom {
  const { project } = parser.parse(text)
  if (project === undefined) throw new Error(`the POM of ${coordinates} has no project`)
  return project
}
