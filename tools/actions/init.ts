import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Refusal } from '../command-line.ts'
import { type PackageJson, packageOf, projectFiles, type Versions, withNeeds } from '../init/project.ts'
import { OWN_PACKAGE } from '../own-package.ts'
import { parsedJson } from '../parsed-json.ts'

export interface InitOptions {
  /** Whether npm installs what the project needs. */
  readonly install: boolean
}

/** Writes a project that works at once into a directory. Of what is there, only a package.json is changed, by what it lacks. */
export async function init(directory: string, { install }: InitOptions): Promise<number> {
  const files = projectFiles()
  const present = Object.keys(files).filter((file) => existsSync(join(directory, file)))
  if (present.length > 0)
    throw new Refusal(
      [`Nothing was written, since this is there already:`, ...present.map((file) => `  ${join(directory, file)}`)].join('\n'),
    )
  const packageFile = join(directory, 'package.json')
  const packageText = `${JSON.stringify(withNeeds(packageIn(packageFile), packageOf(versions())), null, 2)}\n`
  for (const [file, text] of Object.entries({ ...files, 'package.json': packageText })) {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    writeFileSync(join(directory, file), text)
    console.log(join(directory, file))
  }
  const installed = install && npmInstall(directory)
  console.log(['', 'Next:', ...(installed ? [] : ['  npm install']), '  npm test', '  npm start', '  npx cdk synth'].join('\n'))
  return install && !installed ? 1 : 0
}

function packageIn(file: string): PackageJson | undefined {
  if (!existsSync(file)) return undefined
  const json = parsedJson(readFileSync(file, 'utf8'))
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Refusal(`${file} is no JSON object, and nothing was written.`)
  return json as PackageJson
}

/** Of the releases with which this one is tested, and those which are compatible with them. */
function versions(): Versions {
  const { name, version, dependencies, devDependencies, peerDependencies } = OWN_PACKAGE
  const pinned: Versions = { ...devDependencies, ...dependencies, ...peerDependencies }
  return Object.fromEntries(
    Object.entries({ ...pinned, [name]: version }).map(([name, range]) => [name, /^\d/.test(range) ? `^${range}` : range]),
  )
}

function npmInstall(directory: string): boolean {
  console.log('\nnpm install')
  // On Windows npm is a script of the shell.
  const { status } = spawnSync('npm install --no-fund --no-audit', { cwd: directory, shell: true, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) console.error('npm could not install what the project needs; its files are written.')
  return status === 0
}
