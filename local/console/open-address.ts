import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What opens a file by what the user has chosen for it. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['explorer'],
}

/**
 * Opens an address in the user’s browser, by way of a file that only they can read: its token is in no command line, which everybody on a machine can
 * list. The file is gone when this process ends.
 */
export function openAddress(address: string) {
  const directory = mkdtempSync(join(tmpdir(), 'camunda-sqs-bridge-console-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const file = join(directory, 'console.html')
  writeFileSync(file, openingPage(address), { mode: 0o600 })
  const [command = 'xdg-open', ...args] = OPENERS[process.platform] ?? []
  const opener = spawn(command, [...args, file], { stdio: 'ignore', detached: true })
  opener.on('error', () => console.error(`There is no ${command} to open a browser with: open the address yourself.`))
  opener.unref()
}

/** A page that leads to an address. */
export function openingPage(address: string): string {
  return `<!doctype html><meta charset="utf-8"><title>camunda-sqs-bridge</title><meta http-equiv="refresh" content="0;url=${address}">\n`
}
