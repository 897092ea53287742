import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Jdk } from './jdk.ts'
import { PortTaken } from './loopback-ports.ts'

/** A Java program which is up. */
export interface JavaProcess {
  pid: number
  /** Kills it, as a crash would: its directory stays, and the same program started again finds what it had written. */
  crash(): Promise<void>
  /** Ends it and deletes its directory. It is killed outright: nothing of it is kept, so there is nothing to finish. */
  stop(): Promise<void>
}

/** What to start, and how to see that it is up. */
export interface JavaProgram {
  /** As an error should call it. */
  name: string
  jdk: Jdk
  /** JVM options, main class, arguments. */
  arguments: readonly string[]
  environment?: Readonly<Record<string, string>>
  /** Its own: working directory, `java.io.tmpdir`, and, without a `logFile`, place of its log. Deleted with everything in it when it ends. */
  directory: string
  logFile?: string | undefined
  /** Answers when the program is ready. */
  readyUrl: string
  isReady(response: Response): boolean | Promise<boolean>
}

/** Far more than any of the engines takes on a busy machine. */
const startLimitMs = 180_000

/**
 * Starts a Java program and waits until it is ready. It does not outlive this process (on Windows: unless this process is killed).
 * @throws PortTaken if it could not listen, Error otherwise; both with the last lines of its log
 */
export async function startJava(program: JavaProgram): Promise<JavaProcess> {
  const logFile = program.logFile ?? join(program.directory, 'output.log')
  await mkdir(dirname(logFile), { recursive: true })
  await mkdir(temporaryOf(program), { recursive: true })
  const log = await open(logFile, 'w')
  const child = spawnJava(program, log.fd)
  // Listened for at once: it may have ended by the time that anything else is done.
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`))
  })
  await log.close()
  // Where this process ends in good order, the engine is gone before it; `guarded` is for when it does not.
  const endAtExit = () => {
    kill(child)
    rmSync(program.directory, { recursive: true, force: true, maxRetries: 3 })
  }
  process.once('exit', endAtExit)
  const crash = async () => {
    kill(child)
    await ended
  }
  const end = async () => {
    await crash()
    process.off('exit', endAtExit)
    await rm(program.directory, { recursive: true, force: true, maxRetries: 10 })
  }
  let ending: Promise<void> | undefined
  const stop = () => {
    ending ??= end()
    return ending
  }
  const waiting = new AbortController()
  const failure = await Promise.race([ended, untilReady(program, logFile, waiting.signal)])
  waiting.abort()
  if (failure === undefined) return { pid: child.pid as number, crash, stop }
  const printed = await readFile(logFile, 'utf8')
  await stop()
  const message = `${program.name} did not start: ${failure}; its last lines were\n${printed.trimEnd().split('\n').slice(-25).join('\n')}`
  throw portTaken.test(printed) ? new PortTaken(message) : new Error(message)
}

/** As Java and Spring Boot put it. */
const portTaken = /Address already in use|Port \d+ was already in use/

const temporaryOf = (program: JavaProgram): string => join(program.directory, 'tmp')

function spawnJava(program: JavaProgram, log: number): ChildProcess {
  const { java } = program.jdk
  const javaArguments = ['-XX:-UsePerfData', `-Djava.io.tmpdir=${temporaryOf(program)}`, ...program.arguments]
  const { PATH, HOME, LANG, SystemRoot, USERPROFILE } = process.env
  const options: SpawnOptions = {
    cwd: program.directory,
    // Not all of the developer's environment: SERVER_PORT, ZEEBE_… or JAVA_TOOL_OPTIONS meant for something else would change the engine.
    env: { PATH, HOME, LANG, SystemRoot, USERPROFILE, ENGINE_DIRECTORY: program.directory, ...program.environment },
    stdio: ['ignore', log, log, 'pipe'],
    windowsHide: true,
  }
  return process.platform === 'win32'
    ? spawn(java, javaArguments, options)
    : spawn('/bin/sh', ['-c', guarded, 'sh', java, ...javaArguments], { ...options, detached: true })
}

/**
 * Becomes the Java program, and leaves a watcher behind which kills it when the other end of descriptor 3 closes: when the process which
 * started it is gone, however that came about. Both are a process group of their own, so a Ctrl-C in the terminal is not theirs.
 */
const guarded = '{ read -r _ <&3 || { kill -9 $$; rm -rf -- "$ENGINE_DIRECTORY"; }; } & exec "$@" 3<&-'

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

/** Resolves with nothing once it is ready, else with what went wrong. Not every program ends when it cannot listen. */
async function untilReady({ readyUrl, isReady }: JavaProgram, logFile: string, waiting: AbortSignal): Promise<string | undefined> {
  const deadline = Date.now() + startLimitMs
  while (Date.now() < deadline && !waiting.aborted) {
    try {
      if (await isReady(await fetch(readyUrl, { signal: AbortSignal.any([waiting, AbortSignal.timeout(2_000)]) }))) return undefined
    } catch {
      // It does not answer yet.
    }
    if (portTaken.test(await readFile(logFile, 'utf8'))) return 'a port which it needs is taken'
    await wait(100)
  }
  return `${readyUrl} showed no readiness within ${startLimitMs / 1000} s`
}
