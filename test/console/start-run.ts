import { setTimeout } from 'node:timers/promises'
import type { Sent } from '../../console/api.ts'
import { ownTemporaryFiles, startCommand } from '../support/command.ts'

/** A real `start`, and its console’s address. */
export interface RunningStart {
  readonly address: string
  /** Without the token. */
  readonly origin: string
  readonly token: string
  readonly printed: () => string
  /** Of the console’s API, as the page asks it. */
  ask<Answer>(method: 'GET' | 'POST', path: string, input?: object): Promise<Answer>
  stop(): Promise<void>
}

export async function startRun(...options: readonly string[]): Promise<RunningStart> {
  const own = ownTemporaryFiles()
  const { child, stdout, stderr, ended } = startCommand(['start', ...options], { env: { ...process.env, ...own.env } })
  const out = { text: '' }
  for (const stream of [stdout, stderr]) stream.on('data', (chunk) => (out.text += String(chunk)))
  const stop = async () => {
    child.kill('SIGINT')
    await ended
    own.remove()
  }
  for (let tries = 0; !out.text.includes('Ctrl-C'); tries++) {
    if (child.exitCode !== null || tries > 600) throw new Error(`The run does not start: ${out.text}`)
    await setTimeout(100)
  }
  const [address = '', origin = '', token = ''] = /(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)/.exec(out.text) ?? []
  const ask = async (method: string, path: string, input?: object) => {
    const response = await fetch(`${origin}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(input && { body: JSON.stringify(input) }),
    })
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as never
  }
  return { address, origin, token, printed: () => out.text, ask, stop }
}

/** Puts a message into a connector’s queue. */
export async function sendMessage(run: RunningStart, connector: string, body: string, type?: string): Promise<string> {
  const attributes = type === undefined ? {} : { type: { dataType: 'String', value: type } }
  const sent = await run.ask<Sent>('POST', `/connectors/${connector}/messages`, { message: { body, attributes }, count: 1 })
  return sent.messageIds[0] ?? ''
}
