import { isDeepStrictEqual } from 'node:util'
import type { SQSClient } from '@aws-sdk/client-sqs'
import pc from 'picocolors'
import { type Connector, parseConnector } from '../lambda/core/connector.ts'
import { type JsonObject, toJsonText } from '../lambda/json/json.ts'
import { findingLines, sourceFindings } from '../lib/connector-findings.ts'
import { type ConnectorSource, readConnectors } from '../lib/connector-source.ts'
import { functionCode } from '../lib/function-code.ts'
import { localFunction } from '../tools/deployment.ts'
import { type CamundaProbe, camundaProbe } from '../tools/doctor/camunda-probe.ts'
import { tableHead, tableRow } from '../tools/outcomes/outcome-table.ts'
import { removeRunFile, writeRunFile } from '../tools/run-file.ts'
import { LOCAL_CONNECTION_PATH, onThisMachine } from '../tools/this-machine.ts'
import type { VersionName } from './camunda/camunda-version.ts'
import { startStandIn } from './camunda/stand-in.ts'
import { camundaClient, deployDiagrams, EXAMPLE_JOB_TYPES, type SeenJob, workOnJobs } from './camunda-side.ts'
import { RunConsole } from './console/run-console.ts'
import { type Diagrams, definedBy, jobTypesIn, undefinedNameLine, undefinedNames } from './diagrams.ts'
import { startEmbeddedSqs } from './embedded-sqs.ts'
import { startElasticMq } from './engines/elasticmq.ts'
import { findJdk, type Jdk, jdkNotFound } from './engines/jdk.ts'
import type { DownloadProgress } from './engines/maven-central.ts'
import { Journeys, type Stage } from './journeys.ts'
import { type LocalFunction, startLambdaApi } from './lambda-api.ts'
import { type LocalBridge, type LocalBridgeOptions, startLocalBridge } from './local-bridge.ts'
import { type LogStore, startLogStore } from './log-store.ts'
import { startObjectStore } from './object-store.ts'
import { type ParameterStore, startParameterStore } from './parameter-store.ts'
import { type FaultSwitch, startFaultSwitch } from './provoked-faults.ts'
import { localSqsClient, type QueueSettings, REGION, sendMessage } from './queues.ts'
import { type Sample, samplesFor } from './samples.ts'

export interface Options {
  readonly camunda: Camunda
  readonly sqs: 'fauxqs' | 'elasticmq'
  readonly exit: boolean
  readonly sqsPort: number | undefined
  readonly connectors: string
  readonly diagrams: Diagrams
  /** Undefined: nobody looks. */
  readonly console?: ConsoleOptions | undefined
}

export interface ConsoleOptions {
  /** Shows its address. */
  readonly open: (address: string) => void
}

/** The stand-in, or somebody's cluster. */
export type Camunda =
  | { readonly kind: 'standIn'; readonly version: VersionName }
  | {
      readonly kind: 'cluster'
      readonly url: string
      /** Whether the diagrams are deployed there; it has been agreed to. */
      readonly deploy: boolean
    }

/** Here nobody waits for three minutes until a message comes back, or for five receives until it is a dead letter. */
const QUEUES: QueueSettings = { visibilityTimeout: 10, maxReceiveCount: 2 }
/** What they say of themselves in the first line. */
const ELASTICMQ = 'ElasticMQ, a stand-in: it speaks SQS’s API, in memory'
const FAUXQS =
  'fauxqs, a stand-in: it speaks SQS’s API, in memory. Other than SQS it refuses characters beyond the basic plane (such as 😀), forgets the message group on a standard queue, and counts the receive by which a message becomes a dead letter; --sqs elasticmq is another'

/** With `--exit`: how long the samples may take. */
const PATIENCE_MS = 120_000

/** The bridge on one machine: each part is started, told of, and stopped in the opposite order. */
export class LocalRun {
  readonly #options: Options
  readonly #stops: (() => Promise<unknown>)[] = []
  readonly #journeys = new Journeys(
    (stage) => {
      this.#console?.onStage(stage)
      this.#onStage(stage)
    },
    (line) => console.log(pc.dim(`  ${line}`)),
  )
  /** Stages which came before all samples were sent, and their ids known. */
  readonly #early: Stage[] = []
  readonly #sent = new Map<string, Sample>()
  readonly #jobs: SeenJob[] = []
  /** By the connector's name. */
  readonly #bridges = new Map<string, LocalBridge>()
  /** BPMN files which Camunda got from here. */
  #deployed: readonly string[] = []
  /** Of a cluster. */
  #probe: CamundaProbe | undefined
  #console: RunConsole | undefined
  #allSent = false
  #stopped = false
  readonly #samplesEnded = Promise.withResolvers<void>()

  constructor(options: Options) {
    this.#options = options
  }

  async start() {
    await this.#startConsole()
    const sources = readConnectors(this.#options.connectors).map((source) => ({
      ...source,
      parameterValue: onThisMachine(source.parameterValue),
    }))
    const jdk = this.#options.sqs === 'elasticmq' ? await findJdk() : undefined
    if (this.#options.sqs === 'elasticmq' && !jdk) throw new Error(jdkNotFound())

    const [camundaConnection, sqs] = await Promise.all([this.#startCamunda(), this.#startSqs(jdk)])
    const parameters = await startParameterStore(connectorParameters(sources), (...put) => void this.#onPut(sources, ...put))
    this.#stops.push(() => parameters.stop())
    const faults = await this.#startFaultSwitch(camundaConnection, parameters)
    const connection = { ...camundaConnection, ...(faults && { CAMUNDA_REST_ADDRESS: faults.camundaUrl }) }
    for (const [name, value] of Object.entries(connection)) parameters.parameters.set(`${LOCAL_CONNECTION_PATH}${name}`, value)
    console.log(`Parameters: ${parameters.url}, a stand-in for SSM’s Parameter Store: in memory, without encryption`)
    const logs = await startLogStore()
    this.#stops.push(() => logs.stop())
    console.log(`Logs:       ${logs.url}, a stand-in for CloudWatch Logs: the functions’ last lines, in memory`)
    const functions = new Map<string, LocalFunction>()
    const lambda = await startLambdaApi(functions)
    this.#stops.push(() => lambda.stop())
    console.log('Lambda:     stand-ins for the service and its event-source mapping; AWS’s own runtime interface client runs the bundle')

    const objects = sources.some(({ connector }) => connector.queue.largePayloads) ? await startObjectStore() : undefined
    if (objects) {
      this.#stops.push(() => objects.stop())
      console.log(`Objects:    ${objects.url}, a stand-in for S3: in memory; npx camunda-sqs-bridge send --large puts a body there`)
    }

    const samples = sources.flatMap(samplesFor)
    await this.#prepareCamunda(camundaConnection, samples.length > 0, sources)

    const taskRoot = functionCode()
    for (const source of sources) {
      const bridge = await this.#startBridge(source, {
        sqs: sqs.client,
        parameterStoreUrl: parameters.url,
        objectStoreUrl: objects?.url,
        taskRoot,
        logs,
      })
      this.#bridges.set(source.name, bridge)
      functions.set(bridge.function.functionName, bridge.function)
    }
    const queueUrls = Object.fromEntries([...this.#bridges].map(([name, { queue }]) => [name, queue.queueUrl]))
    const deadLetterQueueUrls = Object.fromEntries([...this.#bridges].map(([name, { queue }]) => [name, queue.deadLetterQueueUrl]))
    const endpoints = {
      sqsEndpoint: sqs.endpoint,
      parameterStoreEndpoint: parameters.url,
      logStoreEndpoint: logs.url,
      lambdaEndpoint: lambda.url,
      faultSwitch: faults?.url,
    }
    const payloadBuckets = Object.fromEntries(
      sources.flatMap(({ name, connector }) => (connector.queue.largePayloads ? [[name, connector.queue.largePayloads.bucket]] : [])),
    )
    const run = {
      pid: process.pid,
      region: REGION,
      ...endpoints,
      objectStoreEndpoint: objects?.url,
      queueUrls,
      deadLetterQueueUrls,
      payloadBuckets,
    }
    writeRunFile(run)
    this.#console?.show({ ...this.#shown(camundaConnection), run, sqs: sqs.client, sources, parameters, faults })
    this.#stops.push(async () => removeRunFile())

    console.log(
      pc.dim(
        `            Here queues let a message go after ${QUEUES.visibilityTimeout} s and give it up after ${QUEUES.maxReceiveCount} receives.\n`,
      ),
    )
    for (const source of sources)
      for (const line of findingLines(sourceFindings(source))) console.log(pc.yellow(`  ${source.name}: ${line}`))
    for (const { name, connector } of sources) await this.#tellUndefined(name, connector)
    console.log(tableHead('queue'))
    for (const sample of samples) {
      const queueUrl = queueUrls[sample.connector]
      if (queueUrl && !this.#stopped) await this.#send(sqs.client, queueUrl, sample)
    }
    this.#allSent = true
    for (const stage of this.#early) this.#onStage(stage)
    if (!this.#options.exit) {
      printHowToSend(sources)
      if (samples.length > 0) void this.#samplesEnded.promise.then(() => this.#tellSamples())
    } else if (samples.length === 0)
      throw new Error('There are sample messages for the example’s connectors alone, orders and payments: --exit has nothing to wait for.')
    this.#checkSamples()
  }

  async #startConsole() {
    if (!this.#options.console) return
    this.#console = new RunConsole()
    this.#stops.push(async () => this.#console?.stop())
    const address = await this.#console.start()
    console.log(`Console:    ${pc.bold(address)}`)
    this.#options.console.open(address)
  }

  /** What the console shows of Camunda and the diagrams there. */
  #shown({ CAMUNDA_REST_ADDRESS: address = '' }: Record<string, string>) {
    const { camunda, diagrams } = this.#options
    const isStandIn = camunda.kind === 'standIn'
    const files = isStandIn || camunda.deploy ? this.#deployed : diagrams.files
    return {
      bridges: this.#bridges,
      camunda: { address, isStandIn },
      diagrams: { files, where: `${diagrams.directory}/*.bpmn` },
    }
  }

  /** Deploys the diagrams, unless a cluster is to be left as it is, and does the work that their process instances come to. */
  async #prepareCamunda(connection: Record<string, string>, hasSamples: boolean, sources: readonly ConnectorSource[]) {
    const { camunda, diagrams } = this.#options
    const files = [...new Set([...diagrams.files, ...sources.flatMap((source) => source.diagrams)])]
    if (camunda.kind === 'standIn') {
      this.#deployed = await this.#deploy(connection, files)
      const types = jobTypesIn(this.#deployed)
      if (types.length > 0) this.#work(connection, types)
      return
    }
    if (camunda.deploy) {
      const processes = await deployDiagrams(camundaClient(connection), files).catch((error: Error) => {
        throw new Error(`Camunda at ${connection.CAMUNDA_REST_ADDRESS} does not take ${files.join(', ')}: ${error.message}`)
      })
      this.#deployed = files
      console.log(`Deployed:   ${processes.join(', ')} (${files.join(', ')})`)
    } else if (hasSamples) console.log('Deployed:   nothing. The samples start the process example-order: --deploy deploys it there')
    const probe = camundaProbe(new Map(Object.entries(connection).map(([name, value]) => [name, { value, type: 'String' }])))
    this.#stops.push(() => probe.close())
    this.#probe = probe
    if (hasSamples) this.#work(connection, EXAMPLE_JOB_TYPES)
  }

  /** To the stand-in, each by itself: one that is beyond it keeps no other away. @returns those which it takes */
  async #deploy(connection: Record<string, string>, files: readonly string[]): Promise<string[]> {
    const client = camundaClient(connection)
    const taken: string[] = []
    for (const file of files)
      await deployDiagrams(client, [file]).then(
        (processes) => {
          taken.push(file)
          console.log(`Deployed:   ${processes.join(', ')} (${file})`)
        },
        (error: Error) => console.log(pc.yellow(`Deployed:   not ${file}, which the stand-in does not take: ${error.message}`)),
      )
    return taken
  }

  /** Names the processes and messages of a connector which nothing defines, before a message is refused for it. */
  async #tellUndefined(name: string, connector: Connector) {
    const { camunda, diagrams } = this.#options
    const missing = undefinedNames(connector, definedBy(this.#deployed))
    if (camunda.kind === 'standIn') {
      const where = `${diagrams.directory}/*.bpmn`
      for (const one of missing)
        console.log(pc.yellow(`  ${name}: ${undefinedNameLine(one, where)} --bpmn DIRECTORY says where the diagrams are.`))
      return
    }
    // Of a cluster's messages nobody can be asked.
    for (const one of missing) {
      const { correlationPoint: point } = one
      if (point.kind !== 'createProcessInstance') continue
      const isThere = await this.#probe?.isDeployed(point).catch(() => undefined)
      if (isThere === false)
        console.log(pc.yellow(`  ${name}: ${undefinedNameLine(one, 'the cluster')} Deploy it there, or say --deploy and --bpmn DIRECTORY.`))
    }
  }

  /** Somebody changed a parameter, as `push` does. */
  async #onPut(sources: readonly ConnectorSource[], parameterName: string, value: string, version: number) {
    const source = sources.find((each) => each.parameterName === parameterName)
    if (!source) return
    try {
      const connector = parseConnector(value)
      this.#console?.onPut(source.name, version, undefined)
      console.log(pc.cyan(`  ${source.name}: ${parameterName} is changed, version ${version}: the function follows within seconds`))
      await this.#tellUndefined(source.name, connector)
    } catch (error) {
      this.#console?.onPut(source.name, version, (error as Error).message)
      console.log(
        pc.yellow(
          `  ${source.name}: version ${version} of ${parameterName} is invalid, the last good one stays in force: ${(error as Error).message}`,
        ),
      )
    }
  }

  #onStage(stage: Stage) {
    if (!this.#allSent) return void this.#early.push(stage)
    const message = this.#sent.get(stage.messageId)?.label ?? stage.messageId.slice(0, 8)
    console.log(tableRow({ ...stage, at: stage.queue, message, afterwards: stage.fate }))
    this.#checkSamples()
  }

  /** Ends with `--exit` when all samples have, with the status of the process; otherwise never. */
  async ended(): Promise<number> {
    if (!this.#options.exit) return new Promise(() => setInterval(() => {}, 2 ** 30))
    const patience = new Promise<void>((over) => setTimeout(over, PATIENCE_MS).unref())
    await Promise.race([this.#samplesEnded.promise, patience])
    return this.#tellSamples() ? 0 : 1
  }

  /** @returns whether each ended as it should */
  #tellSamples(): boolean {
    const wrong = [...this.#sent].filter(([messageId, sample]) => !this.#endedAsItShould(messageId, sample))
    for (const [messageId, { label, ends }] of wrong) {
      const { outcome = 'nothing', fate = 'still on its way' } = this.#journeys.latest(messageId) ?? {}
      console.log(
        pc.red(
          `  ${label}: ${outcome}, ${fate}; it should end as ${ends.outcome}, ${ends.fate}${ends.variables ? ' with its variables' : ''}`,
        ),
      )
    }
    console.log(`\n${this.#sent.size - wrong.length} of ${this.#sent.size} sample messages ended as they should.`)
    return wrong.length === 0
  }

  async stop() {
    if (this.#stopped) return
    this.#stopped = true
    for (const stop of this.#stops.toReversed()) await stop().catch((error: Error) => console.error(pc.red(error.message)))
  }

  async #startCamunda(): Promise<Record<string, string>> {
    const { camunda } = this.#options
    if (camunda.kind === 'cluster') {
      console.log(`Camunda:    ${camunda.url}, an existing cluster: the jobs of example-order are completed there`)
      const settings = Object.entries(process.env).filter(([name, value]) => /^(CAMUNDA|ZEEBE)_/.test(name) && value !== undefined)
      return { ...Object.fromEntries(settings as [string, string][]), CAMUNDA_REST_ADDRESS: camunda.url }
    }
    const standIn = await startStandIn({
      version: camunda.version,
      uniqueBusinessIds: true,
      onLine: (line) => console.log(pc.yellow(`  ${line}`)),
    })
    this.#stops.push(() => standIn.stop())
    console.log(`Camunda:    ${standIn.restAddress}. ${standIn.firstLine}`)
    return { CAMUNDA_REST_ADDRESS: standIn.restAddress }
  }

  /** Not before a cluster of somebody else. */
  async #startFaultSwitch(
    { CAMUNDA_REST_ADDRESS = '' }: Record<string, string>,
    parameters: ParameterStore,
  ): Promise<FaultSwitch | undefined> {
    if (this.#options.camunda.kind === 'cluster') return undefined
    const signalFunctions = (signal: NodeJS.Signals) => this.#bridges.forEach((bridge) => void bridge.signalFunction(signal))
    const faults = await startFaultSwitch(CAMUNDA_REST_ADDRESS, { parameters, signalFunctions }, (inForce) =>
      this.#console?.onFault(inForce),
    )
    this.#stops.push(() => faults.stop())
    return faults
  }

  async #startSqs(jdk: Jdk | undefined): Promise<{ endpoint: string; client: SQSClient }> {
    const { sqsPort } = this.#options
    const server = jdk
      ? await startElasticMq({ jdk, port: sqsPort, onProgress: downloadProgress('ElasticMQ') })
      : await startEmbeddedSqs(sqsPort).catch((error: Error) => {
          throw new Error(`The SQS server does not start on port ${sqsPort ?? 0}: ${error.message}`)
        })
    const client = localSqsClient(server.endpoint)
    this.#stops.push(
      () => server.stop(),
      async () => client.destroy(),
    )
    console.log(`SQS:        ${server.endpoint}, ${jdk ? ELASTICMQ : FAUXQS}`)
    return { endpoint: server.endpoint, client }
  }

  async #startBridge(
    { name, parameterName, parameterValue }: ConnectorSource,
    { logs, ...parts }: Pick<LocalBridgeOptions, 'sqs' | 'parameterStoreUrl' | 'objectStoreUrl' | 'taskRoot'> & { readonly logs: LogStore },
  ) {
    let queue = name
    const { logGroupName } = localFunction(name)
    const bridge = await startLocalBridge({
      name,
      connectorText: parameterValue,
      connectorParameter: parameterName,
      ...parts,
      queueSettings: QUEUES,
      onMapping: (event) => {
        this.#console?.onMapping(name, queue, event)
        this.#journeys.onMapping(queue, event)
      },
      onMappingStep: (step) => this.#console?.onMappingStep(name, step),
      onLog: (line) => {
        logs.append(logGroupName, line.text)
        this.#console?.onLog(name, line.text)
        this.#journeys.onLog(line)
      },
      onReport: (report) => logs.append(logGroupName, report),
      onDeadLetter: (messageId) => this.#journeys.onDeadLetter(queue, messageId),
    })
    queue = bridge.queue.name
    this.#stops.push(() => bridge.stop())
    return bridge
  }

  #work(connection: Record<string, string>, types: readonly string[]) {
    const onJob = (job: SeenJob) => {
      this.#jobs.push(job)
      console.log(pc.cyan(`  Camunda came to ${job.type} in ${job.processInstanceKey} with ${toJsonText(job.variables)}`))
      this.#checkSamples()
    }
    const side = workOnJobs(connection, types, onJob, (fault) => console.log(pc.yellow(`  ${fault}`)))
    this.#stops.push(() => side.stop())
  }

  async #send(sqs: SQSClient, queueUrl: string, sample: Sample) {
    const { body, type, group } = sample
    const messageId = await sendMessage(sqs, queueUrl, { body, ...(type && { attributes: { type } }), group })
    this.#sent.set(messageId, sample)
  }

  #checkSamples() {
    const ended = ([messageId, sample]: [string, Sample]) =>
      this.#endedAsItShould(messageId, sample) || this.#endedOtherwise(messageId, sample)
    if (this.#allSent && [...this.#sent].every(ended)) this.#samplesEnded.resolve()
  }

  #endedAsItShould(messageId: string, { ends }: Sample): boolean {
    const stage = this.#journeys.latest(messageId)
    if (stage?.outcome !== ends.outcome || stage.fate !== ends.fate) return false
    const { variables } = ends
    return variables === undefined || this.#jobs.some((job) => holds(job.variables, variables))
  }

  /** It has left the queue, and not as it should. */
  #endedOtherwise(messageId: string, { ends }: Sample): boolean {
    const stage = this.#journeys.latest(messageId)
    return stage !== undefined && stage.fate !== 'back in the queue' && (stage.outcome !== ends.outcome || stage.fate !== ends.fate)
  }
}

function holds(variables: JsonObject, expected: Readonly<Record<string, unknown>>): boolean {
  const plain = JSON.parse(toJsonText(variables))
  return Object.entries(expected).every(([name, value]) => isDeepStrictEqual(plain[name], value))
}

function connectorParameters(sources: readonly ConnectorSource[]): Record<string, string> {
  return Object.fromEntries(sources.map(({ parameterName, parameterValue }) => [parameterName, parameterValue]))
}

function downloadProgress(what: string): (progress: DownloadProgress) => void {
  let shown = -1
  return ({ receivedBytes, totalBytes }) => {
    const percent = totalBytes ? Math.floor((receivedBytes / totalBytes) * 100) : 0
    const step = process.stdout.isTTY ? 1 : 10
    if (percent < shown + step && percent !== 100) return
    shown = percent
    const line = `Downloading ${what}: ${Math.round(receivedBytes / 1e6)} MB${totalBytes ? ` of ${Math.round(totalBytes / 1e6)} MB` : ''}`
    if (process.stdout.isTTY) process.stdout.write(`\r${line.padEnd(60)}${percent === 100 ? '\n' : ''}`)
    else console.log(line)
  }
}

function printHowToSend(sources: readonly ConnectorSource[]) {
  const [first] = sources
  const example = first?.name === 'orders' ? `orders '{"id":"A-7","amount":12}' --type OrderPlaced` : `${first?.name} '{"hello":"world"}'`
  console.log(pc.dim(`  Send your own: npx camunda-sqs-bridge send ${example}      (Ctrl-C ends)`))
  console.log(pc.dim('  Practise what to do when it breaks: npx camunda-sqs-bridge fault random, and docs/OPERATING.md'))
}
