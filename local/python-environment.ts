import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheDirectory } from './engines/maven-central.ts'

const run = promisify(execFile)

export interface Python {
  readonly executable: string
  /** Of the interpreter and its place: an environment is good for this one alone. */
  readonly identity: string
}

/** The first on the PATH that is new enough and can make virtual environments: some systems have that in a package of its own. */
export async function findPython(): Promise<Python | undefined> {
  const question = 'import ensurepip, sys, venv; assert sys.version_info >= (3, 10); print(sys.executable, sys.version)'
  for (const executable of ['python3', 'python']) {
    const answer = await run(executable, ['-c', question]).catch(() => undefined)
    if (answer) return { executable, identity: answer.stdout }
  }
  return undefined
}

/**
 * The Python of a virtual environment with what a file of requirements pins, each with its hashes. It is made once on a machine: in a
 * directory of another name, and renamed when it is whole, so that those who make it at once do not meet.
 */
export async function pythonEnvironment(python: Python, name: string, requirements: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .update(python.identity)
    .digest('hex')
  const environment = join(cacheDirectory(), name, digest.slice(0, 16))
  if (!existsSync(environment)) await install(python.executable, name, requirements, environment)
  return pythonIn(environment)
}

async function install(python: string, name: string, requirements: string, environment: string): Promise<void> {
  const partial = `${environment}.${randomUUID()}.part`
  await mkdir(dirname(environment), { recursive: true })
  await removeAbandoned(dirname(environment))
  try {
    await run(python, ['-m', 'venv', partial])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', '--require-hashes']
    await run(pythonIn(partial), [...pip, '--requirement', requirements])
    await rename(partial, environment).catch((error) => {
      // Another one was quicker.
      if (!existsSync(environment)) throw error
    })
  } catch (error) {
    throw new Error(`${name} cannot be installed: ${(error as Error).message}`, { cause: error })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** Whoever was killed while installing could not clear up. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.part')) continue
    const made = await stat(join(directory, name)).catch(() => undefined)
    if (made && made.mtimeMs < Date.now() - 3_600_000) await rm(join(directory, name), { recursive: true, force: true })
  }
}

function pythonIn(environment: string): string {
  return process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python')
}
