import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { requirementFiles } from '../../../tools/licences/pinned-dependencies.ts'
import { type PackageMetadata, pinnedRequirements, pypiDependencies } from '../../../tools/licences/pypi-dependencies.ts'

describe('a file of requirements', () => {
  const text = `# a comment
Some_Tool==1.2.post1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
old==1.0 ; python_full_version < '3.11' and implementation_name != 'PyPy' \\
    --hash=sha256:cc
old==2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:dd
other==1!3.0 ; sys_platform == 'win32' --hash=sha256:ee
`
  const requirements = pinnedRequirements(text, 'requirements.txt')

  test('has names as PyPI compares them, versions, and all hashes', () => {
    expect(requirements.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'some-tool 1.2.post1',
      'old 1.0',
      'old 2.0',
      'other 1!3.0',
    ])
    expect(requirements[0]).toMatchObject({ hashes: ['--hash=sha256:aa', '--hash=sha256:bb'], file: 'requirements.txt' })
  })

  test('has a Python for each that is not for every one, and none for what is for a system', () => {
    expect(requirements.map(({ python }) => python)).toEqual([undefined, '3.10', '3.12', undefined])
  })

  test('is read the same with the ends of lines of Windows', () => {
    expect(pinnedRequirements(text.replaceAll('\n', '\r\n'), 'requirements.txt')).toEqual(requirements)
  })

  test.each(['tool>=1.0 --hash=sha256:aa', 'tool==1.0', 'tool', '-r other.txt'])('with what is not pinned is refused: %s', (line) => {
    expect(() => pinnedRequirements(line, 'requirements.txt')).toThrow(`requirements.txt: no pinned requirement with a hash: ${line}`)
  })

  test.each(requirementFiles)('%s is one', (file) => {
    const own = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
    expect(pinnedRequirements(own, file)).toHaveLength(own.match(/^[^#\n]*==/gm)?.length ?? -1)
  })
})

const requirement = (name: string, version = '1.0') => ({ name, version, hashes: [], python: undefined, file: 'requirements.txt' })

const metadataOf = (name: string, parts: Partial<PackageMetadata> = {}): PackageMetadata => ({ name, version: '1.0', ...parts })

const statedBy = (parts: Partial<PackageMetadata>) =>
  pypiDependencies([requirement('tool')], [], [metadataOf('tool', parts)])[0]?.stated.map(({ text }) => text)

test('every file of requirements in the project is read', () => {
  const cwd = fileURLToPath(new URL('../../..', import.meta.url))
  const files = execFileSync('git', ['ls-files', '*requirements*.txt'], { cwd, encoding: 'utf8' })
  expect(files.trim().split('\n').toSorted()).toEqual(requirementFiles.toSorted())
})

describe('the licence of a package', () => {
  const mit = 'License :: OSI Approved :: MIT License'
  test.each<[string, Partial<PackageMetadata>, string[]]>([
    ['its expression', { license_expression: 'Apache-2.0 OR MIT', license: 'BSD', classifier: [mit] }, ['Apache-2.0 OR MIT']],
    ['else its free text', { license: ' Apache License 2.0\n', classifier: [mit] }, ['Apache License 2.0']],
    ['else its classifier', { license: '', classifier: ['Programming Language :: Python', mit] }, ['MIT License']],
    ['its classifier too, where its text is UNKNOWN', { license: 'UNKNOWN', classifier: [mit] }, ['MIT License']],
    [
      'a text that is no licence, of several classifiers',
      { classifier: [mit, 'License :: OSI Approved :: BSD License'] },
      ['MIT License and/or BSD License'],
    ],
    ['none, where it says nothing', { classifier: ['Programming Language :: Python'] }, []],
    ['none, where there is no metadata of it', {}, []],
  ])('is %s', (_, parts, stated) => {
    expect(statedBy(parts)).toEqual(stated)
  })
})

describe('a requirement', () => {
  const metadata = [
    metadataOf('Direct', { requires_dist: ['Middle_Part[more]>=2; python_version < "3.11"', 'never; extra == "all"'] }),
    metadataOf('middle.part', { requires_dist: ['deep (>=1)'] }),
    metadataOf('deep', { requires_dist: ['middle-part', 'legacy'] }),
    metadataOf('legacy'),
    metadataOf('also', { requires_dist: ['direct'] }),
    metadataOf('never'),
    { ...metadataOf('deep', { license: 'MIT' }), version: '2.0' },
  ]
  const requirements = [
    requirement('direct'),
    requirement('middle-part'),
    requirement('deep'),
    requirement('never'),
    requirement('deep', '2.0'),
    requirement('legacy'),
    requirement('also'),
  ]
  const found = pypiDependencies(requirements, ['direct', 'also'], metadata)

  test.each([
    ['one that is wanted for itself, and that another needs,', [], 0],
    ['one that it needs', ['direct', 'also'], 1],
    ['one that this needs', ['direct', 'also'], 2],
    ['one of an extra, which nobody asked for', [], 3],
    ['another version', ['direct', 'also'], 4],
    ['one that only the first version needs', ['direct', 'also'], 5],
  ])('%s comes through %j', (_, through, index) => {
    expect(found[index]?.through).toEqual(through)
  })

  test('has the metadata of its own version', () => {
    expect(found[2]?.stated).toEqual([])
    expect(found[4]).toMatchObject({
      name: 'deep',
      version: '2.0',
      stated: [{ text: 'MIT' }],
      use: 'development',
      pinnedIn: 'requirements.txt',
    })
  })

  test('of which pip tells nothing ends it, with its name', () => {
    expect(() => pypiDependencies([requirement('lost', '3.0')], [], metadata)).toThrow('pip tells nothing of lost 3.0')
  })
})
