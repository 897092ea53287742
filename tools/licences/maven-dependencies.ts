import pLimit from 'p-limit'
import { readXml, type XmlElement } from '../../lib/xml-element.ts'
import type { MavenArtifact } from '../../local/engines/maven-central.ts'
import type { Dependency, StatedLicence } from './dependency.ts'

/** A list of pinned artifacts: a class path, which begins with what it is the class path of. */
export interface MavenList {
  readonly file: string
  readonly artifacts: readonly MavenArtifact[]
}

/** The text of the POM of `groupId:artifactId:version`. */
export type PomReader = (coordinates: string) => Promise<string>

/** What is read of a POM. */
interface Pom {
  readonly licences: readonly StatedLicence[]
  /** `groupId:artifactId:version` */
  readonly parent: string | undefined
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
  const { licences, parent } = await pomOf(coordinates)
  return licences.length > 0 || parent === undefined ? [...licences] : statedLicences(parent, pomOf)
}

function projectOf(text: string, coordinates: string): Pom {
  const project = readXml(text)
  if (project.name !== 'project') throw new Error(`the POM of ${coordinates} has no project`)
  const [parent] = childrenOf(project, 'parent')
  return {
    licences: childrenOf(project, 'licenses')
      .flatMap((licences) => childrenOf(licences, 'license'))
      .map((licence) => ({ text: textOf(licence, 'name') ?? '', url: textOf(licence, 'url') })),
    parent: parent && ['groupId', 'artifactId', 'version'].map((name) => textOf(parent, name)).join(':'),
  }
}

function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

function textOf(element: XmlElement, name: string): string | undefined {
  return childrenOf(element, name)[0]?.text.trim()
}
