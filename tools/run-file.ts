import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** What a running `npm start` tells other commands. */
export interface RunFile {
  readonly pid: number
  readonly region: string
  readonly sqsEndpoint: string
  readonly parameterStoreEndpoint: string
  readonly logStoreEndpoint: string
  readonly lambdaEndpoint: string
  /** Of bodies in S3; undefined where no connector has any. */
  readonly objectStoreEndpoint?: string | undefined
  /** Takes the faults of `npx camunda-sqs-bridge fault`; undefined where Camunda is an existing cluster. */
  readonly faultSwitch: string | undefined
  /** By the connector's name. */
  readonly queueUrls: Readonly<Record<string, string>>
  readonly deadLetterQueueUrls: Readonly<Record<string, string>>
  /** Of those connectors which have bodies in S3. */
  readonly payloadBuckets?: Readonly<Record<string, string>>
}

/** One file for each run of this user, whatever directory it was started in. */
const PREFIX = `camunda-sqs-bridge-${userInfo().username}-`
const own = join(tmpdir(), `${PREFIX}${process.pid}.json`)

export function writeRunFile(run: RunFile) {
  writeFileSync(own, JSON.stringify(run), { mode: 0o600 })
}

/** The run which began last of those that go on. @returns undefined where nothing runs */
export function readRunFile(): RunFile | undefined {
  const files = readdirSync(tmpdir())
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(tmpdir(), name))
  const runs = files.flatMap((file) => runIn(file) ?? [])
  const [newest] = runs.toSorted((one, other) => other.began - one.began)
  if (runs.length > 1) console.error(`${runs.length} runs go on; this is about the newest, process ${newest?.run.pid}.`)
  return newest?.run
}

export function removeRunFile() {
  rmSync(own, { force: true })
}

/** A run that was killed has left its file. */
function runIn(file: string): { readonly run: RunFile; readonly began: number } | undefined {
  try {
    const run = JSON.parse(readFileSync(file, 'utf8')) as RunFile
    process.kill(run.pid, 0)
    return { run, began: statSync(file).mtimeMs }
  } catch {
    rmSync(file, { force: true })
    return undefined
  }
}
