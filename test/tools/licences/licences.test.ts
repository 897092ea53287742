import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const command = fileURLToPath(new URL('../../../tools/licences/licences.ts', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'licences-test-'))
afterAll(() => rmSync(home, { recursive: true }))

const run = (args: string[], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', env })

test('an option that there is not is told, and the status is 2', () => {
  expect(run(['--chek'])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('Usage: npm run licences [-- --check]') })
})

/** npm as it is on this machine, and this Node, and no Python. */
function pathWithoutPython(): string {
  const npm = (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, 'npm'))
  const found = npm.flatMap((file) => {
    try {
      return [realpathSync(file)]
    } catch {
      return []
    }
  })[0]
  symlinkSync(found ?? 'npm', join(home, 'npm'))
  symlinkSync(process.execPath, join(home, 'node'))
  return home
}

test.skipIf(process.platform === 'win32')('without a network and without a Python it names what is missing, and the status is 1', () => {
  const env = { HOME: home, XDG_CACHE_HOME: home, PATH: pathWithoutPython(), MAVEN_REPOSITORY: 'http://127.0.0.1:9' }
  const { status, stdout, stderr } = run(['--check'], env)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^licences: cannot be checked: Maven: cannot download the POM of \S+:\S+:\S+ from http:\/\/127\.0\.0\.1:9\//),
    'licences: cannot be checked: PyPI: no Python ≥ 3.10 with venv, whose pip reads the metadata, is on the PATH',
  ])
})
