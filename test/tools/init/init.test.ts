import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packageOf, projectFiles, withNeeds } from '../../../tools/init/project.ts'
import { runCommand } from '../../support/command.ts'

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'init-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const init = (cwd: string, ...args: string[]) => runCommand(['init', '--no-install', ...args], { cwd })

test('what it writes is well by check, and its tests pass', async () => {
  const folder = emptyFolder()
  const { code, out } = await init(folder, 'new/project')
  const cwd = join(folder, 'new/project')
  expect(code).toBe(0)
  for (const file of [...Object.keys(projectFiles()), 'package.json']) {
    expect(out).toContain(`${join('new/project', file)}\n`)
    expect(existsSync(join(cwd, file)), file).toBe(true)
  }
  const [check, tests] = await Promise.all([runCommand(['check', '--strict'], { cwd }), runCommand(['test'], { cwd })])
  expect(check).toMatchObject({ code: 0, out: '1 connector: 0 errors, 0 warnings\n' })
  expect(tests, tests.out).toMatchObject({ code: 0 })
}, 60_000)

test('it overwrites nothing, names each file that is there, and leaves the folder as it was', async () => {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'README.md'), 'mine')
  writeFileSync(join(folder, 'app.mts'), 'mine')
  const { code, out, error } = await init(folder)
  expect({ code, out, error }).toEqual({
    code: 2,
    out: '',
    error: 'Nothing was written, since this is there already:\n  README.md\n  app.mts\n',
  })
  expect(readdirSync(folder).sort()).toEqual(['README.md', 'app.mts'])
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('mine')
})

test('a package.json that is none is told, and nothing is written', async () => {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'package.json'), '[')
  expect(await init(folder)).toMatchObject({ code: 2, error: 'package.json is no JSON object, and nothing was written.\n' })
  expect(readdirSync(folder)).toEqual(['package.json'])
})

test('a package.json gets what it lacks, and keeps what it has; npm’s own stopgap for a test is none', () => {
  const needs = packageOf({ 'aws-cdk-lib': '^2.0.0', 'camunda-sqs-bridge': '^1.0.0' })
  const present = {
    name: 'mine',
    type: 'commonjs',
    scripts: { test: 'echo "Error: no test specified" && exit 1', start: 'mine' },
    dependencies: { 'camunda-sqs-bridge': 'file:../package.tgz', other: '1' },
  }
  expect(withNeeds(present, needs)).toMatchObject({
    ...present,
    scripts: { start: 'mine', test: expect.stringContaining('camunda-sqs-bridge test'), deploy: 'cdk deploy' },
    dependencies: { 'camunda-sqs-bridge': 'file:../package.tgz', other: '1', 'aws-cdk-lib': '^2.0.0' },
  })
  expect(withNeeds({ ...present, scripts: { test: 'vitest' } }, needs)).toMatchObject({ scripts: { test: 'vitest' } })
})
