/** `npm start`: the bridge on this machine, from a message in SQS to a process instance. */
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { LocalRun, type Options } from './local-run.ts'

const USAGE = `Usage: npm start -- [--camunda [URL]] [--exit] [--sqs-port PORT] [--connectors DIRECTORY]

  (nothing)              everything on Node alone: an embedded SQS server, and a gateway that records and executes nothing
  --camunda              real engines: Camunda 8.6 and ElasticMQ, downloaded once (340 MB); needs a JDK of version 21 or newer
  --camunda URL          an existing cluster; credentials from the environment (CAMUNDA_CLIENT_ID, CAMUNDA_CLIENT_SECRET, CAMUNDA_OAUTH_URL, …).
                         The process example-order is deployed there, and its jobs are completed
  --exit                 end when all sample messages have ended, with status 0 if each ended as it should
  --sqs-port PORT        port of the SQS server; a free one otherwise
  --connectors DIRECTORY where the connector files are; connectors otherwise`

/** @returns undefined where only help is wanted */
function parseOptions(): Options | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      camunda: { type: 'boolean', default: false },
      exit: { type: 'boolean', default: false },
      'sqs-port': { type: 'string' },
      connectors: { type: 'string', default: 'connectors' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const [address, ...others] = positionals
  const port = values['sqs-port'] === undefined ? undefined : Number(values['sqs-port'])
  if (others.length > 0 || (address !== undefined && !(values.camunda && /^https?:\/\//.test(address)))) throw new Error(USAGE)
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) throw new Error(USAGE)
  return { camunda: address ?? (values.camunda ? 'engine' : 'recorder'), exit: values.exit, sqsPort: port, connectors: values.connectors }
}

async function main(): Promise<number> {
  const options = parseOptions()
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
    console.error(pc.red(error.message))
    return 1
  }),
)
