/**
 * `npm run package:check`: what whoever installs the package finds. Packs it, has publint and arethetypeswrong look at it, installs it twice into
 * empty folders beside the peers of package.json, and there type-checks and synthesizes examples/cdk-app and runs the command.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))
const own = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
const work = mkdtempSync(join(tmpdir(), 'package-check-'))

try {
  const tarball = join(work, pack())
  run(project, 'npx', 'publint', '--strict', tarball)
  // Whoever is on Node 10, or has TypeScript resolve as for it, cannot use an ESM package with exports.
  run(project, 'npx', 'attw', '--profile', 'esm-only', tarball)
  const hashes = ['one', 'other'].map((name) => assetHashes(synthesize(name, tarball)))
  if (hashes[0] !== hashes[1]) throw new Error(`two folders, two hashes of the function’s code: ${hashes.join(' and ')}`)
  console.log(`package: ${own.name} ${own.version} installs, type-checks, synthesizes and runs; asset ${hashes[0]}`)
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** @returns the name of the tarball */
function pack(): string {
  const name = run(project, 'npm', 'pack', '--silent', '--pack-destination', work).trim().split('\n').at(-1) ?? ''
  return name
}

/** An app of a user’s own: the example, with the package and its peers, and nothing else of this project. @returns its directory */
function synthesize(name: string, tarball: string): string {
  const directory = join(work, name)
  mkdirSync(directory)
  const { typescript, 'aws-cdk': cdk, '@types/node': types, ...rest } = own.devDependencies
  const peers = Object.fromEntries(Object.keys(own.peerDependencies).map((peer) => [peer, rest[peer]]))
  const dependencies = { ...peers, [own.name]: `file:${tarball}` }
  const devDependencies = { typescript, 'aws-cdk': cdk, '@types/node': types }
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name, private: true, type: 'module', dependencies, devDependencies }))
  cpSync(join(project, 'examples/cdk-app'), directory, { recursive: true })
  run(directory, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline')
  run(directory, 'npx', 'tsc', '--noEmit')
  run(directory, 'npx', 'cdk', 'synth', '--quiet', '--strict')
  run(directory, 'npx', own.name, '--help')
  run(directory, 'npx', own.name, 'check')
  return directory
}

/** Those of the function’s code in a synthesized app. */
function assetHashes(directory: string): string {
  const assemblies = readdirSync(join(directory, 'cdk.out')).filter((file) => file.startsWith('asset.'))
  return assemblies.sort().join(' ')
}

function run(cwd: string, command: string, ...args: string[]): string {
  // What npm tells its scripts would tell the npm of the other folder too.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status} in ${cwd}:\n${stdout}\n${stderr}`)
  return stdout
}
