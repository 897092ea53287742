import { execFile, spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll } from 'vitest'
import { cacheDirectory } from '../../local/engines/maven-central.ts'
import { describeWhere } from './describe-where.ts'

/**
 * moto 5.2.5: a stand-in for AWS, all in the memory of one process, which CloudFormation templates can be created in.
 *
 * What it does not do: check signatures, or what a caller or a role may do; simulate policies; execute a function (what is sent to a queue
 * with an enabled event-source mapping is an error, for want of Docker); fire a schedule or send an event; read CloudWatch's filter patterns
 * for JSON, at which it lets everything through; encrypt a SecureString, though it tells the type; take time for anything it changes.
 */
export interface Moto {
  /** `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string
  readonly pid: number
  /** Ends it; nothing of it is kept. */
  stop(): Promise<void>
}

/** Of all that is there, as moto has it unless told otherwise. */
export const MOTO_ACCOUNT = '123456789012'

const run = promisify(execFile)

interface Python {
  readonly executable: string
  /** Of the interpreter and its place: an environment is good for this one alone. */
  readonly identity: string
}

const found = await findPython()

/** As moto 5.2.5 needs it. */
const NOT_FOUND = 'no Python ≥ 3.10 with venv, which moto needs, is on the PATH'

/** A suite which needs moto, and so a Python. */
export function describeWithMoto(name: string, suite: () => void): void {
  describeWhere(found !== undefined, NOT_FOUND, name, suite)
}

/** The first start on a machine downloads some 40 MB. */
const START_LIMIT = 10 * 60_000

/** A moto which is started before the tests of this suite, shared by them, and stopped after them. */
export function useMoto(): () => Moto {
  let moto: Moto | undefined
  beforeAll(async () => {
    moto = await startMoto()
  }, START_LIMIT)
  afterAll(() => moto?.stop())
  return () => {
    if (!moto) throw new Error('moto is not started yet')
    return moto
  }
}

/** It takes a port of its own choice, tells it, and ends when its standard input does: with this process, however that ends. */
const SERVER = `
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer('127.0.0.1', 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
`

export async function startMoto(): Promise<Moto> {
  const child = spawn(await pythonWithMoto(), ['-c', SERVER], {
    // Not all of the developer's environment: what is meant for the AWS CLI would change moto's own clients.
    env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  let printed = ''
  child.stderr.on('data', (text) => {
    printed = `${printed}${text}`.slice(-4_000)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`))
  })
  const failure = ended.then((why) => Promise.reject(new Error(`moto did not start: ${why}; its last lines were\n${printed}`)))
  const port = await Promise.race([new Promise<string>((line) => createInterface(child.stdout).once('line', line)), failure])
  failure.catch(() => {})
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/**
 * The Python of a virtual environment with moto, which is made once on a machine: in a directory of another name, and renamed when it is
 * whole, so that suites which make it at once do not meet.
 */
async function pythonWithMoto(): Promise<string> {
  if (!found) throw new Error(NOT_FOUND)
  const requirements = fileURLToPath(new URL('moto-requirements.txt', import.meta.url))
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .update(found.identity)
    .digest('hex')
  const environment = join(cacheDirectory(), 'moto', digest.slice(0, 16))
  if (!existsSync(environment)) await install(found.executable, requirements, environment)
  return pythonIn(environment)
}

async function install(python: string, requirements: string, environment: string): Promise<void> {
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
    throw new Error(`moto cannot be installed: ${(error as Error).message}`, { cause: error })
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

/** The first on the PATH that can make virtual environments: some systems have that in a package of its own. */
async function findPython(): Promise<Python | undefined> {
  const question = 'import ensurepip, sys, venv; assert sys.version_info >= (3, 10); print(sys.executable, sys.version)'
  for (const executable of ['python3', 'python']) {
    const answer = await run(executable, ['-c', question]).catch(() => undefined)
    if (answer) return { executable, identity: answer.stdout }
  }
  return undefined
}
