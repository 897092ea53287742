import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bundleFunction } from '../../lib/bundle.ts'

// A directory of its own: other tests read the usual one at the same time.
const parent = mkdtempSync(join(tmpdir(), 'bundle-'))
const bundle = bundleFunction(join(parent, 'function'))
afterAll(() => rmSync(parent, { recursive: true }))

const digests = (directory: string) =>
  readdirSync(directory).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(directory, name)))
      .digest('hex'),
  ])

test('the directory holds the two functions, what they share or load later, and the licences of what is in them', () => {
  const modules = readdirSync(bundle.directory).filter((name) => name.endsWith('.mjs'))
  expect(modules).toEqual(expect.arrayContaining(['index.mjs', 'updater.mjs']))
  expect(readdirSync(bundle.directory).filter((name) => !modules.includes(name.replace('.LEGAL.txt', '')))).toEqual([])
})

test('the same source gives the same bytes, and a bundle that is there already is left alone', () => {
  const before = { digests: digests(bundle.directory), written: statSync(join(bundle.directory, 'index.mjs')).mtimeMs }
  const { directory } = bundleFunction(bundle.directory)
  expect({ digests: digests(directory), written: statSync(join(directory, 'index.mjs')).mtimeMs }).toEqual(before)
})

test('what is in the directory and not of the bundle is removed, and what was changed is put right', () => {
  const before = digests(bundle.directory)
  writeFileSync(join(bundle.directory, 'left-over.mjs'), '')
  writeFileSync(join(bundle.directory, 'index.mjs.LEGAL.txt'), 'other')
  bundleFunction(bundle.directory)
  expect(digests(bundle.directory)).toEqual(before)
})

const outputOf = (file: string) =>
  bundle.metafile.outputs[Object.keys(bundle.metafile.outputs).find((path) => path.endsWith(`/${file}`)) ?? '']

/** A file of the bundle and those which it imports; `later` includes what it loads only when it needs it. */
function filesOf(file: string, later: boolean, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const { path, kind } of outputOf(file)?.imports ?? [])
    if (path.endsWith('.mjs') && (later || kind === 'import-statement')) filesOf(basename(path), later, seen)
  return seen
}

const packagesOf = (file: string, later: boolean) =>
  new Set([...filesOf(file, later)].flatMap((one) => Object.keys(outputOf(one)?.inputs ?? {}).map(packageName)))

test.each(['index.mjs', 'updater.mjs'])('nothing is left to be found at run time but what Node itself has (%s)', (file) => {
  const present = readdirSync(bundle.directory)
  const imports = [...filesOf(file, true)].flatMap((one) => outputOf(one)?.imports.map(({ path }) => path) ?? [])
  expect(imports.filter((path) => !isBuiltin(path) && !present.includes(basename(path)))).toEqual([])
  expect(outputOf(file)?.exports).toEqual(['handler'])
})

test('each function has its own client and not the other’s', () => {
  expect(packagesOf('index.mjs', true)).not.toContain('@aws-sdk/client-lambda')
  expect(packagesOf('updater.mjs', true)).not.toContain('http-parser-js')
})

/** What is loaded before the first message. More than this was measured to cost it, and has to be meant. */
const KIB_AT_START = 720

test(`a cold start loads ${KIB_AT_START} KiB at most`, () => {
  const bytes = [...filesOf('index.mjs', false)].reduce((sum, file) => sum + (outputOf(file)?.bytes ?? 0), 0)
  expect(Math.round(bytes / 1_024)).toBeLessThanOrEqual(KIB_AT_START)
})

test.each(['undici', 'middy', '@camunda8/orchestration-cluster-api'])('%s is in no function', (name) => {
  expect(Object.keys(bundle.metafile.inputs).filter((path) => path.includes(`node_modules/${name}/`))).toEqual([])
})

test('Node’s http and process are not imported as ES modules, which reads all that they have and loads undici for it', () => {
  const imported = Object.values(bundle.metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  expect(imported.filter((path) => /^(node:)?(http|process)$/.test(path))).toEqual([])
})

test.each(['@aws-sdk/client-sqs', '@aws-sdk/client-dynamodb', '@aws-sdk/client-secrets-manager', '@aws-sdk/client-s3', 'zod'])(
  'a cold start does not load %s, which few messages need',
  (name) => {
    expect(packagesOf('index.mjs', false)).not.toContain(name)
    expect(packagesOf('index.mjs', true)).toContain(name)
  },
)

test('the AWS SDK is in the bundle, so that the lockfile pins it', () => {
  expect(Object.keys(bundle.metafile.inputs).some((path) => path.includes('node_modules/@aws-sdk/client-ssm/'))).toBe(true)
})

test.each(['aws-cdk-lib', 'constructs', '@camunda8/sdk', 'esbuild', 'fauxqs', 'dynalite'])('%s is not in the bundle', (name) => {
  expect(Object.keys(bundle.metafile.inputs).filter((path) => path.includes(`node_modules/${name}/`))).toEqual([])
})

/** Every import of the project's own files: from, to. A package is told by its name. */
function imports(): [from: string, to: string][] {
  const ours = Object.entries(bundle.metafile.inputs).filter(([path]) => !path.includes('node_modules/'))
  return ours.flatMap(([from, { imports }]) => imports.map(({ path }): [string, string] => [from, packageName(path) ?? path]))
}

function packageName(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
}

test('the function is made of lambda/ alone', () => {
  const own = [...new Set(imports().map(([from]) => from))]
  expect(own).toContain('lambda/handler.ts')
  expect(own.filter((path) => !path.startsWith('lambda/'))).toEqual([])
})

/** What a part of lambda/ may import, besides files of its own part. */
const ALLOWED: readonly [part: RegExp, allowed: RegExp][] = [
  [/^lambda\/core\//, /^(lambda\/(core|feel|json)\/.*|zod|leven)$/],
  [/^lambda\/feel\//, /^lambda\/(feel|json)\/.*$/],
  [/^lambda\/json\//, /^lambda\/json\/.*$/],
  [/^lambda\/[^/]+$/, /^(?!lambda\/feel\/|feelin$|zod$)/],
]

test('imports go one way: lambda → core → feel → json, and what is pure does no I/O', () => {
  const forbidden = imports().filter(([from, to]) => !ALLOWED.find(([part]) => part.test(from))?.[1].test(to))
  expect(forbidden.map(([from, to]) => `${from} imports ${to}`)).toEqual([])
})

test('no file of the functions knows a client of Camunda’s', () => {
  expect(imports().filter(([, to]) => to.startsWith('@camunda8/'))).toEqual([])
})
