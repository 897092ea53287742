import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { camundaZeebe } from './artifacts.ts'
import { type JavaProcess, type JavaProgram, startJava } from './java-process.ts'
import type { Jdk } from './jdk.ts'
import { onLoopbackPorts } from './loopback-ports.ts'
import { cacheDirectory, type DownloadProgress, fetchArtifact } from './maven-central.ts'
import { unpacked } from './unpacked.ts'

/** Camunda 8.6.0's own engine (one Zeebe broker with its gateway): a real cluster of one, without authentication and without search API. */
export interface CamundaEngine extends JavaProcess {
  /** `http://127.0.0.1:PORT`: what `CAMUNDA_REST_ADDRESS` wants; the API is under `/v2`. */
  restAddress: string
  /** `grpc://127.0.0.1:PORT`: what `ZEEBE_GRPC_ADDRESS` wants; no TLS. */
  grpcAddress: string
  /** After a crash: on the same ports, with the data which it had. Resolves when it is healthy again. */
  startAgain(): Promise<void>
}

/** The ports on 127.0.0.1, all that the engine listens on. */
export interface CamundaPorts {
  rest: number
  grpc: number
  management: number
  command: number
  internal: number
}

/** How Camunda is to be started. */
export interface CamundaOptions {
  /** Of version 21 or newer. */
  jdk: Jdk
  /** Those which are not given are free ones. */
  ports?: Partial<CamundaPorts> | undefined
  /** How many partitions the cluster has: 1 unless given. */
  partitions?: number | undefined
  /** Called while the distribution (299 MB) is downloaded, once in a machine's life. */
  onProgress?: ((progress: DownloadProgress) => void) | undefined
  /** Where its log goes; otherwise the log is deleted with its data. */
  logFile?: string | undefined
}

const purposes: Record<keyof CamundaPorts, string> = {
  rest: "Camunda's REST API",
  grpc: "Camunda's gRPC API",
  management: "Camunda's management server",
  command: "Camunda's command API",
  internal: "Camunda's internal API",
}

/**
 * Starts a Camunda with empty data, and waits until every partition has a healthy leader.
 * @throws Error which says why it did not start, with the last lines of its log
 */
export async function startCamunda(options: CamundaOptions): Promise<CamundaEngine> {
  const distribution = await camundaDistribution(options.onProgress)
  return onLoopbackPorts(purposes, options.ports ?? {}, async (ports) => {
    const directory = await mkdtemp(join(tmpdir(), 'camunda-'))
    const restAddress = `http://127.0.0.1:${ports.rest}`
    const program: JavaProgram = {
      name: 'Camunda 8.6.0',
      jdk: options.jdk,
      arguments: brokerCommand(distribution, directory),
      environment: brokerEnvironment(ports, options.partitions ?? 1, directory),
      directory,
      logFile: options.logFile,
      readyUrl: `${restAddress}/v2/topology`,
      // The management server is the last of its servers to come up, or to fail.
      isReady: async (response) =>
        isHealthy((await response.json()) as Topology, ports.command) && (await fetch(`http://127.0.0.1:${ports.management}/ready`)).ok,
    }
    let broker = await startJava(program)
    return {
      get pid() {
        return broker.pid
      },
      restAddress,
      grpcAddress: `grpc://127.0.0.1:${ports.grpc}`,
      crash: () => broker.crash(),
      async startAgain() {
        broker = await startJava(program)
      },
      stop: () => broker.stop(),
    }
  })
}

/** The unpacked distribution; the archive is fetched only if it was never unpacked. */
async function camundaDistribution(onProgress: CamundaOptions['onProgress']): Promise<string> {
  const directory = await unpacked(
    () => fetchArtifact(camundaZeebe, { onProgress }),
    join(cacheDirectory(), camundaZeebe.sha256.slice(0, 12)),
  )
  return join(directory, 'camunda-zeebe-8.6.0')
}

/**
 * What the distribution's `bin/broker` and `bin/broker.bat` come to, but for its home, where it puts its log files: not into the
 * distribution, which several engines share. Without the scripts the process which is started is the JVM itself, on every system.
 */
const brokerCommand = (distribution: string, directory: string): string[] => [
  '-Xmx1g',
  '-XX:+ExitOnOutOfMemoryError',
  '-Dfile.encoding=UTF-8',
  '-Xshare:auto',
  '-classpath',
  [join(distribution, 'config'), join(distribution, 'lib', '*')].join(delimiter),
  `-Dapp.home=${directory}`,
  `-Dbasedir=${directory}`,
  'io.camunda.application.StandaloneBroker',
]

/** The settings' names are those of `config/broker.standalone.yaml.template` in the distribution, and Spring Boot's. */
const brokerEnvironment = (ports: CamundaPorts, partitions: number, directory: string): Record<string, string> => ({
  SPRING_PROFILES_ACTIVE: 'broker',
  ZEEBE_BROKER_GATEWAY_ENABLE: 'true',
  SERVER_ADDRESS: '127.0.0.1',
  SERVER_PORT: String(ports.rest),
  MANAGEMENT_SERVER_ADDRESS: '127.0.0.1',
  MANAGEMENT_SERVER_PORT: String(ports.management),
  ZEEBE_BROKER_GATEWAY_NETWORK_PORT: String(ports.grpc),
  // Where the command, internal and gRPC APIs listen, and what they advertise.
  ZEEBE_BROKER_NETWORK_HOST: '127.0.0.1',
  ZEEBE_BROKER_NETWORK_COMMANDAPI_PORT: String(ports.command),
  ZEEBE_BROKER_NETWORK_INTERNALAPI_PORT: String(ports.internal),
  ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT: String(partitions),
  ZEEBE_BROKER_DATA_DIRECTORY: join(directory, 'data'),
  // A log segment is allocated whole, and below these marks of free disk space the broker takes no commands: too much for a small disk.
  ZEEBE_BROKER_DATA_LOGSEGMENTSIZE: '32MB',
  ZEEBE_BROKER_DATA_DISK_FREESPACE_PROCESSING: '256MB',
  ZEEBE_BROKER_DATA_DISK_FREESPACE_REPLICATION: '128MB',
})

/** Of `GET /v2/topology`, what is read here. */
interface Topology {
  partitionsCount: number
  brokers: { port: number; partitions: { role: string; health: string }[] }[]
}

/** Is it our broker, by its command port, and does it lead all of its partitions in good health? */
function isHealthy(topology: Topology, commandPort: number): boolean {
  const partitions = topology.brokers.find((broker) => broker.port === commandPort)?.partitions ?? []
  return partitions.length === topology.partitionsCount && partitions.every(({ role, health }) => role === 'leader' && health === 'healthy')
}
