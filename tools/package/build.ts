/** `npm run build`: makes in dist/ what the package has. npm runs it itself before it packs. */

import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleFunction } from '../../lib/bundle.ts'
import { bundlePage, writePage } from './bundle-page.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const dist = join(project, 'dist')
const require = createRequire(import.meta.url)

compile()
pointDeclarationsAtEachOther()
bundleFunction(join(dist, 'function'))
writePage(join(dist, 'page'), (await bundlePage()).files)
copyRuntimeInterfaceClient()

/** JavaScript and declarations of whatever the entry points reach. */
function compile() {
  for (const room of ['bin', 'console', 'lambda', 'lib', 'local', 'tools']) rmSync(join(dist, room), { recursive: true, force: true })
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
  const { status } = spawnSync(process.execPath, [compiler, '--project', join(project, 'tsconfig.build.json')], { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

/** The compiler rewrites the extensions of imports in JavaScript, and leaves those of declarations, where a user’s compiler then finds no file. */
function pointDeclarationsAtEachOther() {
  for (const file of globSync('**/*.d.ts', { cwd: dist })) {
    const path = join(dist, file)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replaceAll(/((?:from|import\() ?["']\.{1,2}\/[^"']+)\.ts(?=["'])/g, '$1.js'))
  }
}

/**
 * AWS’s client of Lambda’s Runtime API, which runs the function on the user’s machine. As a dependency it would build curl and a native module
 * when it is installed; what is needed of it is one file, which local/rapid-client.cjs lets run without them.
 */
function copyRuntimeInterfaceClient() {
  const from = dirname(require.resolve('aws-lambda-ric'))
  const to = join(dist, 'runtime-interface-client')
  mkdirSync(to, { recursive: true })
  for (const file of ['index.mjs', 'LICENSE', 'NOTICE', 'THIRD-PARTY-LICENSES']) cpSync(join(from, file), join(to, file))
  const { name, version, license } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'))
  writeFileSync(join(to, 'package.json'), `${JSON.stringify({ name, version, license }, null, 2)}\n`)
  cpSync(join(project, 'local/rapid-client.cjs'), join(dist, 'local/rapid-client.cjs'))
}
