import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const project = fileURLToPath(new URL('..', import.meta.url))
const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'))

/** What the linter says of the imports below a folder, by the rules of biome.json. */
function lintImports(folder: string) {
  const rules = ['--only=suspicious/noImportCycles', '--only=style/noRestrictedImports']
  const run = spawnSync(process.execPath, [biome, 'lint', '--colors=off', ...rules, folder], { cwd: folder, encoding: 'utf8' })
  return { status: run.status, output: run.stdout + run.stderr }
}

test('no file imports itself by way of others, not even a type, and no room knows the rooms above it', () => {
  expect(lintImports(project)).toMatchObject({ status: 0 })
}, 120_000)

test('a circle of two types is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'house-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ extends: [join(project, 'biome.json')], root: true }))
  writeFileSync(join(folder, 'egg.ts'), `import type { Hen } from './hen.ts'\nexport type Egg = Hen | undefined\n`)
  writeFileSync(join(folder, 'hen.ts'), `import type { Egg } from './egg.ts'\nexport type Hen = Egg | undefined\n`)
  const { status, output } = lintImports(folder)
  expect(status).toBe(1)
  expect(output).toContain('part of a cycle')
}, 120_000)
