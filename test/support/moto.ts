import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { findPython, pythonEnvironment } from '../../local/python-environment.ts'
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

/** The Python of an environment with moto. */
async function pythonWithMoto(): Promise<string> {
  if (!found) throw new Error(NOT_FOUND)
  return pythonEnvironment(found, 'moto', fileURLToPath(new URL('moto-requirements.txt', import.meta.url)))
}
