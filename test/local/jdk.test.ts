import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findJdk, type JdkSearch, jdkNotFound } from '../../local/engines/jdk.ts'

let machine: string

beforeEach(async () => {
  machine = await realpath(await mkdtemp(join(tmpdir(), 'jdk-test-')))
})

afterEach(() => rm(machine, { recursive: true }))

/** A directory with a `bin/java` which answers as Java does, on standard error. */
async function install(name: string, version: string, script = 'exit 0'): Promise<string> {
  const home = join(machine, name)
  await mkdir(join(home, 'bin'), { recursive: true })
  const answer = `Picked up JAVA_TOOL_OPTIONS: -Dx=1\nProperty settings:\n    java.home = ${home}\n    java.vendor = Nobody\n\nopenjdk version "${version}" 2026-01-01`
  await writeFile(join(home, 'bin', 'java'), `#!/bin/sh\nprintf '%s\\n' '${answer}' >&2\n${script}\n`)
  await chmod(join(home, 'bin', 'java'), 0o755)
  return home
}

const search = (parts: Partial<JdkSearch>): JdkSearch => ({ javaHome: undefined, path: undefined, places: [], ...parts })

// The JDKs found here are shell scripts, which Windows does not run.
describe.skipIf(process.platform === 'win32')('the JDK', () => {
  it.each([
    ['1.8.0_402', 8],
    ['11.0.22', 11],
    ['21', 21],
    ['21.0.5', 21],
    ['26-ea', 26],
  ])('which calls itself %s has the major version %i', async (version, major) => {
    const javaHome = await install('jdk', version)
    expect(await findJdk(8, search({ javaHome }))).toEqual({ javaHome, java: join(javaHome, 'bin', 'java'), major })
  })

  it('of JAVA_HOME goes before that of the PATH, and this before those of the usual places', async () => {
    const everywhere = {
      javaHome: await install('configured', '22'),
      path: join(await install('on-path', '23'), 'bin'),
      places: [join(machine, 'jvm', '*')],
    }
    await install('jvm/a', '24')
    expect((await findJdk(21, search(everywhere)))?.major).toBe(22)
    expect((await findJdk(21, search({ ...everywhere, javaHome: undefined })))?.major).toBe(23)
    expect((await findJdk(21, search({ places: everywhere.places })))?.major).toBe(24)
  })

  it('is looked for elsewhere where JAVA_HOME and the PATH have one which is too old', async () => {
    const javaHome = await install('configured', '11.0.1')
    const path = join(await install('on-path', '1.8.0'), 'bin')
    const newer = await install('jvm/newer', '25.0.1')
    expect((await findJdk(21, search({ javaHome, path, places: [join(machine, 'jvm', '*')] })))?.javaHome).toBe(newer)
  })

  it('of the PATH is called by its own home, not by the link to it', async () => {
    const home = await install('real', '21')
    await mkdir(join(machine, 'links'))
    await symlink(join(home, 'bin', 'java'), join(machine, 'links', 'java'))
    expect(await findJdk(21, search({ path: join(machine, 'links') }))).toEqual({
      javaHome: home,
      java: join(home, 'bin', 'java'),
      major: 21,
    })
  })

  it('is the oldest of the usual places that will do', async () => {
    for (const version of ['17.0.1', '25.0.1', '21.0.1', '24']) await install(`jvm/${version}`, version)
    expect((await findJdk(21, search({ places: [join(machine, 'jvm', '*')] })))?.major).toBe(21)
    expect((await findJdk(22, search({ places: [join(machine, 'jvm', '*')] })))?.major).toBe(24)
  })

  it('is found beside directories which are none', async () => {
    await install('jvm/broken', '23', 'exit 1')
    await mkdir(join(machine, 'jvm', 'empty'))
    await writeFile(join(machine, 'jvm', 'a-file'), '')
    await symlink(join(machine, 'gone'), join(machine, 'jvm', 'dangling'))
    const home = await install('jvm/good', '24')
    expect((await findJdk(21, search({ places: [join(machine, 'jvm', '*'), join(machine, 'no-such', '*')] })))?.javaHome).toBe(home)
  })

  it('is undefined where there is none, or none new enough', async () => {
    expect(await findJdk(21, search({ javaHome: join(machine, 'gone'), path: machine, places: [join(machine, '*')] }))).toBeUndefined()
    await install('old', '17.0.15')
    expect(await findJdk(21, search({ places: [join(machine, '*')] }))).toBeUndefined()
  })
})

describe('the line for the case that none is found', () => {
  it('says what was looked for, where, and how to mend it', () => {
    expect(jdkNotFound(21, { javaHome: undefined, path: '/bin', places: ['/usr/lib/jvm/*', '/opt/*'] })).toBe(
      'no JDK ≥ 21 found; looked at JAVA_HOME (not set), java on the PATH, /usr/lib/jvm/*, /opt/*: install a JDK ≥ 21 or set JAVA_HOME to one',
    )
    expect(jdkNotFound(21, { javaHome: '/old', path: '/bin', places: [] })).toContain('JAVA_HOME (/old)')
  })
})
