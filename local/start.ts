import { agreed, tellFailure, UsageError } from '../tools/command-line.ts'
import { LATEST, type VersionName } from './camunda/camunda-version.ts'
import { type Camunda, LocalRun, type Options } from './local-run.ts'

export interface StartOptions {
  /** Address of a cluster; the stand-in without one. */
  readonly camunda?: string | undefined
  /** Of the stand-in. */
  readonly camundaVersion?: VersionName | undefined
  readonly deploy?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly sqs: Options['sqs']
  readonly exit?: boolean | undefined
  readonly sqsPort?: number | undefined
  /** A directory. */
  readonly connectors: string
}

/** The bridge on this machine, from a message in SQS to a process instance. */
export async function start({ sqs, exit = false, sqsPort, connectors, ...options }: StartOptions): Promise<never> {
  const run = new LocalRun({ camunda: await camundaOf(options), sqs, exit, sqsPort, connectors })
  const interrupted = new Promise<number>((end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(0))
  })
  const status = await Promise.race([run.start().then(() => run.ended()), interrupted])
    .catch(tellFailure)
    .finally(() => run.stop())
  // An end in so many words: an engine that is still starting would keep this process alive, and ends with it.
  process.exit(status)
}

/** @throws {UsageError} */
async function camundaOf({ camunda: url, camundaVersion, deploy = false, yes }: Partial<StartOptions>): Promise<Camunda> {
  if (url === undefined) {
    if (deploy) throw new UsageError('--deploy is for a cluster; to the stand-in the examples are deployed anyway.')
    return { kind: 'standIn', version: camundaVersion ?? LATEST }
  }
  if (camundaVersion) throw new UsageError('--camunda-version is for the stand-in; a cluster has its own.')
  if (deploy) console.error(`examples/*.bpmn will be deployed to ${url}: the process example-order, which stays there.`)
  return { kind: 'cluster', url, deploy: deploy && (await agreed(yes)) }
}
