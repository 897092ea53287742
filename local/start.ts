import { agreed, Refusal, tellFailure, UsageError } from '../tools/command-line.ts'
import { LATEST, type VersionName } from './camunda/camunda-version.ts'
import { openAddress } from './console/open-address.ts'
import { type Diagrams, definedBy, diagramsIn } from './diagrams.ts'
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
  /** A directory with diagrams; the examples' without one. */
  readonly bpmn?: string | undefined
  readonly console?: boolean | undefined
  /** The console, in a browser. */
  readonly open?: boolean | undefined
}

/** The bridge on this machine, from a message in SQS to a process instance. */
export async function start({
  sqs,
  exit = false,
  sqsPort,
  connectors,
  bpmn,
  console: isShown = true,
  open,
  ...options
}: StartOptions): Promise<never> {
  const diagrams = diagramsOf(bpmn)
  const run = new LocalRun({
    camunda: await camundaOf(options, diagrams),
    sqs,
    exit,
    sqsPort,
    connectors,
    diagrams,
    console: isShown && !exit ? { open: open ? openAddress : () => {} } : undefined,
  })
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
async function camundaOf(
  { camunda: url, camundaVersion, deploy = false, yes }: Partial<StartOptions>,
  diagrams: Diagrams,
): Promise<Camunda> {
  if (url === undefined) {
    if (deploy) throw new UsageError('--deploy is for a cluster; to the stand-in the diagrams are deployed anyway.')
    return { kind: 'standIn', version: camundaVersion ?? LATEST }
  }
  if (camundaVersion) throw new UsageError('--camunda-version is for the stand-in; a cluster has its own.')
  if (deploy)
    console.error(
      `${diagrams.directory}/*.bpmn will be deployed to ${url}, and stay there: ${definedBy(diagrams.files).processes.join(', ')}.`,
    )
  return { kind: 'cluster', url, deploy: deploy && (await agreed(yes)) }
}

/** @throws {Refusal} where there are none in a directory that is named */
function diagramsOf(directory: string | undefined): Diagrams {
  try {
    const diagrams = diagramsIn(directory ?? 'examples')
    if (diagrams.files.length > 0) return diagrams
  } catch (error) {
    if (directory !== undefined) throw new Refusal(`The diagrams cannot be read: ${(error as Error).message}`)
  }
  if (directory !== undefined) throw new Refusal(`No diagram: ${directory} has no *.bpmn.`)
  return { directory: 'examples', files: [] }
}
