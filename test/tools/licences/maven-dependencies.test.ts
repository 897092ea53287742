import { execFileSync } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { spdxExpression } from '../../../tools/licences/licence-names.ts'
import { mavenDependencies } from '../../../tools/licences/maven-dependencies.ts'
import { mavenLists } from '../../../tools/licences/pinned-dependencies.ts'

const licences = (...names: string[]) =>
  `<licenses>${names.map((name) => `<license><name>${name}</name><url>https://example.com/${name.length}</url></license>`).join('')}</licenses>`

const parent = (version: string) =>
  `<parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>${version}</version></parent>`

const poms: Record<string, string> = {
  'org.example:server:1.0': `<?xml version="1.0"?><project xmlns="http://maven.apache.org/POM/4.0.0">${licences('MIT License')}</project>`,
  'org.example:child:2.10': `<project>${parent('7.10')}<!-- no licence of its own --></project>`,
  'org.example:grandchild:3': `<project><parent><groupId>org.example</groupId><artifactId>child</artifactId><version>2.10</version></parent><licenses/></project>`,
  'org.example:parent:7.10': `<project>${licences('EPL 1.0', 'MPL 2.0')}</project>`,
  'org.example:own:1': `<project>${parent('7.10')}${licences('Apache &amp; more')}</project>`,
  'org.example:bare:1': '<project></project>',
  'org.example:page:1': '<html>not found</html>',
}

const read: string[] = []
const readPom = async (coordinates: string) => {
  read.push(coordinates)
  const pom = poms[coordinates]
  if (pom === undefined) throw new Error(`no POM of ${coordinates}`)
  return pom
}

const dependenciesOf = (coordinates: string[], wanted: string[] = []) =>
  mavenDependencies(
    [{ file: 'list.ts', artifacts: coordinates.map((one) => ({ coordinates: one, sha256: '', size: 0 })) }],
    wanted,
    readPom,
  )

const statedBy = async (coordinates: string) => (await dependenciesOf([coordinates]))[0]?.stated

test('a POM’s licence is stated with where its text is', async () => {
  expect(await statedBy('org.example:server:1.0')).toEqual([{ text: 'MIT License', url: 'https://example.com/11' }])
})

test('without a licence of its own it has its parent’s, and several are a choice', async () => {
  const stated = (await statedBy('org.example:child:2.10')) ?? []
  expect(stated.map(({ text }) => text)).toEqual(['EPL 1.0', 'MPL 2.0'])
  expect(spdxExpression(stated)).toBe('EPL-1.0 OR MPL-2.0')
})

test('its parent’s parent is asked too, by versions as they are written', async () => {
  expect((await statedBy('org.example:grandchild:3'))?.map(({ text }) => text)).toEqual(['EPL 1.0', 'MPL 2.0'])
})

test('a licence of its own stands in place of its parent’s', async () => {
  expect((await statedBy('org.example:own:1'))?.map(({ text }) => text)).toEqual(['Apache & more'])
})

test('neither with a licence nor with a parent, it states none', async () => {
  expect(await statedBy('org.example:bare:1')).toEqual([])
})

test.each([
  ['that cannot be read', 'org.example:missing:1', 'no POM of org.example:missing:1'],
  ['that is none', 'org.example:page:1', 'the POM of org.example:page:1 has no project'],
])('a POM %s ends it, with its name', async (_, coordinates, message) => {
  await expect(dependenciesOf([coordinates])).rejects.toThrow(message)
})

test('once a POM is missing, those that wait are not asked for', async () => {
  const asked: string[] = []
  const slow = async (coordinates: string) => {
    asked.push(coordinates)
    if (asked.length === 1) throw new Error('missing')
    await setTimeout(20)
    return '<project/>'
  }
  const artifacts = Array.from({ length: 40 }, (_, index) => ({ coordinates: `org.example:tool:${index}`, sha256: '', size: 0 }))
  await expect(mavenDependencies([{ file: 'list.ts', artifacts }], [], slow)).rejects.toThrow('missing')
  await setTimeout(200)
  expect(asked.length).toBeLessThan(20)
})

test('all comes through the first of its class path, but what is wanted for itself', async () => {
  const found = await dependenciesOf(['org.example:server:1.0', 'org.example:child:2.10', 'org.example:bare:1'], ['org.example:bare'])
  expect(found.map(({ name, version, through, pinnedIn, use }) => [name, version, through, pinnedIn, use])).toEqual([
    ['org.example:server', '1.0', [], 'list.ts', 'development'],
    ['org.example:child', '2.10', ['org.example:server'], 'list.ts', 'development'],
    ['org.example:bare', '1', [], 'list.ts', 'development'],
  ])
})

test('another extension is no part of the version, and a POM is read once', async () => {
  read.length = 0
  const found = await dependenciesOf(['org.example:child:zip:2.10', 'org.example:grandchild:3'])
  expect(found.map(({ version }) => version)).toEqual(['2.10', '3'])
  expect(read.filter((one) => one === 'org.example:parent:7.10')).toHaveLength(1)
})

test('every list of artifacts in the project is read', () => {
  const lists = mavenLists.map(({ file }) => file)
  const cwd = fileURLToPath(new URL('../../..', import.meta.url))
  const files = execFileSync('git', ['grep', '-l', '--untracked', 'readonly MavenArtifact\\[\\] = '], { cwd, encoding: 'utf8' })
  expect(lists.toSorted()).toEqual(files.trim().split('\n').toSorted())
})
