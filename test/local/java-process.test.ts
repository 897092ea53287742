import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type JavaProgram, startJava } from '../../local/engines/java-process.ts'
import { onLoopbackPorts, PortTaken } from '../../local/engines/loopback-ports.ts'

let home: string
let directory: string
let port: number

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'java-process-test-'))
  directory = await mkdtemp(join(home, 'engine-'))
  port = await onLoopbackPorts({ test: 'a test' }, {}, async (ports) => ports.test)
})

afterEach(() => rm(home, { recursive: true }))

/** Whatever the guard under test does, and whoever is killed: no process of a test outlives it by more than this. */
const mortal = 'setTimeout(() => process.exit(), 60_000).unref()'

/** A "java" which runs this JavaScript; what is printed first is its process id. */
async function program(script: string): Promise<JavaProgram> {
  const java = join(home, 'java')
  await writeFile(`${java}.mjs`, `console.log('pid', process.pid)\n${mortal}\n${script}`)
  await writeFile(java, `#!/bin/sh\nexec '${process.execPath}' '${java}.mjs' "$@"\n`)
  await chmod(java, 0o755)
  return {
    name: 'Engine 1.0',
    jdk: { javaHome: home, java, major: 21 },
    arguments: [String(port)],
    directory,
    logFile: join(home, 'logs', 'engine.log'),
    readyUrl: `http://127.0.0.1:${port}/ready`,
    isReady: async (response) => (await response.text()) === 'up',
  }
}

const serving = `
import { createServer } from 'node:http'
let asked = 0
createServer((_request, response) => response.end(++asked > 2 ? 'up' : 'starting')).listen(Number(process.argv.at(-1)), '127.0.0.1')
`

/** Is anything of that process group alive? On Linux a dead process which nobody has waited for does not count. */
function running(group: number): boolean {
  if (process.platform !== 'linux') {
    try {
      return process.kill(-group, 0)
    } catch {
      return false
    }
  }
  return readdirSync('/proc').some((pid) => {
    try {
      const [state, , processGroup] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      return processGroup === String(group) && state !== 'Z'
    } catch {
      return false
    }
  })
}

const log = () => readFile(join(home, 'logs', 'engine.log'), 'utf8')
const loggedPid = async () => Number(/^pid (\d+)/.exec(await log())?.[1])

// Its Java is a shell script, which Windows does not run.
describe.skipIf(process.platform === 'win32')('a Java program', () => {
  it('runs once it says that it is ready, until it is stopped: then nothing is left but a log file elsewhere', async () => {
    const java = await startJava(await program(serving))
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('up')
    expect(java.pid).toBe(await loggedPid())
    await Promise.all([java.stop(), java.stop()])
    while (running(java.pid)) await wait(20)
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    expect(existsSync(directory)).toBe(false)
    expect(await log()).toMatch(/^pid \d+\n$/)
  })

  it('leaves its directory where it is when it crashes, and can be started again there', async () => {
    const same = await program(serving)
    const crashed = await startJava(same)
    await writeFile(join(directory, 'data'), 'kept')
    await crashed.crash()
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    const java = await startJava(same)
    expect(await readFile(join(directory, 'data'), 'utf8')).toBe('kept')
    expect(java.pid).not.toBe(crashed.pid)
    await java.stop()
    expect(existsSync(directory)).toBe(false)
  })

  it('logs into its directory unless it is told where', async () => {
    const { logFile: _, ...rest } = await program(serving)
    const java = await startJava(rest)
    expect(await readFile(join(directory, 'output.log'), 'utf8')).toBe(`pid ${java.pid}\n`)
    await java.stop()
  })

  it('works in its directory, puts temporary files there, and does not see settings which the shell has for others', async () => {
    process.env.SERVER_PORT = '1'
    const java = await startJava({
      ...(await program(`console.log(process.cwd(), process.env.SERVER_PORT, process.env.OWN, process.argv.join(' '))\n${serving}`)),
      environment: { OWN: 'mine' },
    }).finally(() => delete process.env.SERVER_PORT)
    expect(await log()).toContain(`${directory} undefined mine`)
    expect(await log()).toContain(`-Djava.io.tmpdir=${join(directory, 'tmp')}`)
    expect(existsSync(join(directory, 'tmp'))).toBe(true)
    await java.stop()
  })

  it('which ends instead of starting is an error with the last lines of its log', async () => {
    const failing = startJava(
      await program(`for (let i = 1; i <= 40; i++) console.log('line', i)\nconsole.error('out of luck')\nprocess.exitCode = 7`),
    )
    const error: Error = await failing.then(
      () => expect.fail('it started'),
      (error) => error,
    )
    expect(error.message).toMatch(
      /^Engine 1\.0 did not start: it ended with exit code 7; its last lines were\nline 17\n(line \d+\n)*line 40\nout of luck$/,
    )
    expect(error).not.toBeInstanceOf(PortTaken)
    expect(existsSync(directory)).toBe(false)
  })

  it('which ends instead of starting is not waited for any longer', async () => {
    await expect(startJava(await program('process.exitCode = 7'))).rejects.toThrow('did not start')
    let asked = 0
    const other = createServer((_request, response) => response.end(`${++asked}`)).listen(port, '127.0.0.1')
    await wait(300)
    other.close()
    expect(asked).toBe(0)
  })

  it('which cannot be run is an error', async () => {
    const gone = { ...(await program('')), jdk: { javaHome: home, java: join(home, 'no-java'), major: 21 } }
    await expect(startJava(gone)).rejects.toThrow(/did not start: it ended with exit code 127.*\n.*not found/)
  })

  it.each([
    'java.net.BindException: [/127.0.0.1:9324] Address already in use',
    'Web server failed to start. Port 8080 was already in use.',
  ])('which says "%s" and stays is ended, and its port is called taken', async (line) => {
    const failing = startJava(await program(`console.log(${JSON.stringify(line)})\nsetInterval(() => {}, 1000)`))
    const error: Error = await failing.then(
      () => expect.fail('it started'),
      (error) => error,
    )
    expect(error).toBeInstanceOf(PortTaken)
    expect(error.message).toContain(line)
    const pid = await loggedPid()
    while (running(pid)) await wait(20)
  })

  describe('does not outlive the process which started it', () => {
    it.each<[string, string, (parent: ChildProcess) => void]>([
      ['exits', 'process.exit(3)', () => {}],
      ['fails', 'throw new Error("bug")', () => {}],
      ['is terminated', '', (parent) => parent.kill('SIGTERM')],
      ['is killed', '', (parent) => parent.kill('SIGKILL')],
    ])('when that one %s', async (_how, then, end) => {
      const { isReady: _, ...rest } = await program(serving)
      const javaProcess = JSON.stringify(new URL('../../local/engines/java-process.ts', import.meta.url).href)
      await writeFile(
        join(home, 'parent.mjs'),
        `import { startJava } from ${javaProcess}
        ${mortal}
        await startJava({ ...${JSON.stringify(rest)}, isReady: async (response) => (await response.text()) === 'up' })
        console.log('started')
        ${then}`,
      )
      const parent = spawn(process.execPath, [join(home, 'parent.mjs')], { stdio: ['ignore', 'pipe', 'ignore'] })
      const ended = once(parent, 'exit')
      await once(parent.stdout, 'data')
      const pid = await loggedPid()
      end(parent)
      await ended
      if (parent.signalCode === null) expect(existsSync(directory)).toBe(false)
      while (running(pid) || existsSync(directory)) await wait(20)
    })
  })
})
