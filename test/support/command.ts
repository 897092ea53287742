import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../bin/camunda-sqs-bridge.mjs', import.meta.url))
export const project = fileURLToPath(new URL('../..', import.meta.url))

export interface CommandResult {
  readonly code: number | null
  readonly out: string
  readonly error: string
}

/** The command, as a process without a terminal, and with nothing of the developer's own AWS configuration. */
export function startCommand(
  args: readonly string[],
  { cwd = project, env = {}, input }: Pick<SpawnOptions, 'cwd' | 'env'> & { readonly input?: string } = {},
) {
  const child: ChildProcess = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  child.stdin?.end(input)
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new Error('there are no pipes')
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  // Somebody may close what it writes to, as a terminal does.
  const all = (stream: NodeJS.ReadableStream) => text(stream).catch(() => '')
  const ended = Promise.all([exit, all(stdout), all(stderr)]).then(([code, out, error]): CommandResult => ({ code, out, error }))
  return { child, stdout, stderr, ended }
}

export function runCommand(args: readonly string[], options: Parameters<typeof startCommand>[1] = {}): Promise<CommandResult> {
  return startCommand(args, options).ended
}

/** For a run that only those find who are given this, too: what finds a run by its file finds the newest of all, be it another test's. */
export function ownTemporaryFiles() {
  const directory = mkdtempSync(join(tmpdir(), 'own-run-'))
  return {
    // What is compiled is for all.
    env: { TMPDIR: directory, TEMP: directory, TMP: directory, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
