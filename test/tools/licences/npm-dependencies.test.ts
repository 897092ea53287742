import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Dependency } from '../../../tools/licences/dependency.ts'
import { npmBillOfMaterials, npmDependencies, type SpdxDocument } from '../../../tools/licences/npm-dependencies.ts'

describe('of a bill of materials', () => {
  const needed = (one: string, by: string, relationshipType = 'DEPENDENCY_OF') => ({
    spdxElementId: one,
    relatedSpdxElement: by,
    relationshipType,
  })
  const bill: SpdxDocument = {
    documentDescribes: ['root'],
    packages: ['root', 'shipped', 'also', 'deep', 'platform', 'tester', 'shared', 'peer', 'loop'].map((name) => ({
      SPDXID: name,
      name,
      versionInfo: '1.0.0',
      licenseDeclared: name === 'tester' ? 'NOASSERTION' : 'MIT',
    })),
    relationships: [
      { spdxElementId: 'document', relatedSpdxElement: 'root', relationshipType: 'DESCRIBES' },
      needed('shipped', 'root'),
      needed('also', 'root'),
      needed('platform', 'root', 'OPTIONAL_DEPENDENCY_OF'),
      needed('tester', 'root', 'DEV_DEPENDENCY_OF'),
      needed('deep', 'shipped'),
      needed('deep', 'also'),
      needed('shared', 'deep'),
      needed('shared', 'tester'),
      needed('peer', 'tester', 'PREREQUISITE_FOR'),
      needed('loop', 'peer', 'OPTIONAL_DEPENDENCY_OF'),
      needed('peer', 'loop'),
      needed('shipped', 'tester'),
    ],
  }
  const found = new Map(npmDependencies(bill).map((one) => [one.name, one]))

  test('each package but the project is a dependency', () => {
    expect([...found.keys()]).toEqual(['shipped', 'also', 'deep', 'platform', 'tester', 'shared', 'peer', 'loop'])
  })

  test.each([
    ['shipped', 'production', []],
    ['platform', 'production', []],
    ['tester', 'development', []],
    ['deep', 'production', ['also', 'shipped']],
    ['shared', 'production', ['also', 'shipped']],
    ['peer', 'development', ['tester']],
    ['loop', 'development', ['tester']],
  ])('%s is of %s, through %j', (name, use, through) => {
    expect(found.get(name)).toMatchObject({ use, through })
  })

  test('what declares no licence states none', () => {
    expect(found.get('tester')?.stated).toEqual([])
    expect(found.get('deep')?.stated).toEqual([{ text: 'MIT' }])
  })
})

describe('of the project', () => {
  interface LockedPackage {
    /** Where the path has another one's name. */
    name?: string
    version: string
    dev?: boolean
  }
  const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
    readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8'),
  )
  const manifest: Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>> = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  )
  const locked = Object.entries(lock.packages).filter(([path]) => path !== '')
  const labelled = (one: Pick<Dependency, 'name' | 'version'>) => `${one.name} ${one.version}`
  const lockedLabels = (packages: typeof locked) => {
    const labels = packages.map(([path, { name, version }]) => `${name ?? path.replace(/^.*node_modules\//, '')} ${version}`)
    return [...new Set(labels)]
  }
  let dependencies: Dependency[]
  beforeAll(async () => {
    dependencies = npmDependencies(await npmBillOfMaterials())
  })

  test('every package of the lockfile is there, of all platforms, installed or not', () => {
    expect(dependencies.map(labelled).sort()).toEqual(lockedLabels(locked).sort())
    expect(dependencies.filter(({ name }) => name.startsWith('@esbuild/')).length).toBeGreaterThan(20)
  })

  test('those of production are the ones which npm does not take for development', () => {
    const production = dependencies.filter(({ use }) => use === 'production')
    expect(production.map(labelled).sort()).toEqual(lockedLabels(locked.filter(([, { dev }]) => !dev)).sort())
  })

  test('the direct ones are those of package.json', () => {
    const direct = dependencies.filter(({ through }) => through.length === 0).map(({ name }) => name)
    const { dependencies: production, devDependencies, optionalDependencies } = manifest
    const wanted = Object.entries<string>({ ...production, ...devDependencies, ...optionalDependencies })
    // A second version of a package has a name of its own here, which its licence knows nothing of.
    const names = wanted.map(([name, version]) => /^npm:(.+)@/.exec(version)?.[1] ?? name)
    expect(direct.sort()).toEqual(names.sort())
  })
})
