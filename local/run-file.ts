import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** What a running `npm start` tells other commands. */
export interface RunFile {
  readonly pid: number
  readonly sqsEndpoint: string
  readonly parameterStoreUrl: string
  /** By the connector's name. */
  readonly queueUrls: Readonly<Record<string, string>>
}

/** The latest run of this user, whatever directory it was started in. */
const path = join(tmpdir(), `camunda-sqs-bridge-${userInfo().username}.json`)

export function writeRunFile(run: RunFile) {
  writeFileSync(path, JSON.stringify(run), { mode: 0o600 })
}

/** @returns undefined where nothing runs */
export function readRunFile(): RunFile | undefined {
  try {
    const run = JSON.parse(readFileSync(path, 'utf8')) as RunFile
    process.kill(run.pid, 0)
    return run
  } catch {
    return undefined
  }
}

export function removeRunFile() {
  if (readRunFile()?.pid === process.pid) rmSync(path, { force: true })
}
