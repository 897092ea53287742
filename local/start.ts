/** `npm start`: the bridge on this machine, from a message in SQS to a process instance. */
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { agreed, numberIn, Refusal, UsageError } from '../tools/command-line.ts'
import { LATEST, VERSION_NAMES } from './camunda/camunda-version.ts'
import { type Camunda, LocalRun, type Options } from './local-run.ts'

const USAGE = `Usage: npm start -- [--camunda URL [--deploy [--yes]]] [--camunda-version V] [--sqs elasticmq] [--exit] [--sqs-port PORT] [--connectors DIRECTORY]

  (nothing)              everything on Node alone: an embedded SQS server, and a stand-in for Camunda which says what it does not do
  --camunda URL          a cluster of yours; credentials from the environment (CAMUNDA_CLIENT_ID, CAMUNDA_CLIENT_SECRET, CAMUNDA_OAUTH_URL, …).
                         Nothing is deployed there unless --deploy says so; jobs of the process example-order are completed
  --deploy               deploy examples/*.bpmn and the connectors’ diagrams to that cluster; asks before it does, unless --yes is said
  --camunda-version V    the release which the stand-in takes the place of: ${VERSION_NAMES.join(', ')}; ${LATEST} otherwise
  --sqs elasticmq        ElasticMQ as the SQS server, downloaded once (37 MB); needs a JDK of version 21 or newer
  --exit                 end when all sample messages have ended, with status 0 if each ended as it should
  --sqs-port PORT        port of the SQS server; a free one otherwise
  --connectors DIRECTORY where the connector files are; connectors otherwise`

const NO_CLUSTER = `--camunda takes the REST address of a cluster, and there is none on this machine unless you start it: npm start -- --camunda URL.
Camunda 8 Run (docs.camunda.io) is one on your machine, at http://localhost:8080; a SaaS cluster (camunda.io) shows its address in Console, under API.`

/** @returns undefined where only help is wanted. @throws {UsageError | Refusal} */
async function parseOptions(): Promise<Options | undefined> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      camunda: { type: 'boolean', default: false },
      'camunda-version': { type: 'string' },
      deploy: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      sqs: { type: 'string', default: 'fauxqs' },
      exit: { type: 'boolean', default: false },
      'sqs-port': { type: 'string' },
      connectors: { type: 'string', default: 'connectors' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const [address, ...others] = positionals
  if (values.camunda && address === undefined) throw new Refusal(NO_CLUSTER)
  if (others.length > 0 || (address !== undefined && !values.camunda)) throw new UsageError(`What is ${positionals.at(-1)} to be?`)
  if (address !== undefined && !/^https?:\/\//.test(address))
    throw new UsageError(`${address} is no address of a cluster: it begins with https:// or http://.`)
  if (values.deploy && address === undefined)
    throw new UsageError('--deploy is for a cluster; to the stand-in the examples are deployed anyway.')
  if (address !== undefined && values['camunda-version'])
    throw new UsageError('--camunda-version is for the stand-in; a cluster has its own.')
  const version = VERSION_NAMES.find((name) => name === (values['camunda-version'] ?? LATEST))
  if (!version) throw new UsageError(`--camunda-version takes one of ${VERSION_NAMES.join(', ')}.`)
  const { sqs } = values
  if (sqs !== 'fauxqs' && sqs !== 'elasticmq') throw new UsageError('--sqs takes fauxqs or elasticmq.')
  const isPort = (value: number) => Number.isInteger(value) && value > 0 && value < 65_536
  const sqsPort = values['sqs-port'] === undefined ? undefined : numberIn('sqs-port', values['sqs-port'], isPort, 'a port from 1 to 65535')
  const camunda: Camunda =
    address === undefined
      ? { kind: 'standIn', version }
      : { kind: 'cluster', url: address, deploy: values.deploy && (await agreedToDeploy(address, values.yes)) }
  return { camunda, sqs, exit: values.exit, sqsPort, connectors: values.connectors }
}

function agreedToDeploy(address: string, yes: boolean): Promise<boolean> {
  console.error(
    `examples/*.bpmn, which is the process example-order, and the connectors’ diagrams will be deployed to ${address}, and stay there.`,
  )
  return agreed(yes)
}

async function main(): Promise<number> {
  const options = await parseOptions()
  if (!options) {
    console.log(USAGE)
    return 0
  }
  const run = new LocalRun(options)
  const interrupted = new Promise<number>((end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(0))
  })
  try {
    return await Promise.race([run.start().then(() => run.ended()), interrupted])
  } finally {
    await run.stop()
  }
}

// An end in so many words: an engine that is still starting would keep this process alive, and ends with it.
process.exit(
  await main().catch((error: Error) => {
    const isUsage = error instanceof UsageError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
    console.error(isUsage ? `${error.message}\n\n${USAGE}` : error instanceof Refusal ? error.message : pc.red(error.message))
    return isUsage || error instanceof Refusal ? 2 : 1
  }),
)
