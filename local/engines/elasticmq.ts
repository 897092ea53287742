import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { elasticMqServer } from './artifacts.ts'
import { type JavaProcess, startJava } from './java-process.ts'
import type { Jdk } from './jdk.ts'
import { onLoopbackPorts } from './loopback-ports.ts'
import { type DownloadProgress, fetchArtifacts } from './maven-central.ts'

/**
 * ElasticMQ 1.7.1: a stand-in for Amazon SQS which speaks SQS's API, with FIFO queues, visibility, dead-letter queues and redrive. It keeps
 * its messages in memory, checks no signatures and no policies, and ignores `MessageRetentionPeriod` and `MaximumMessageSize`.
 */
export interface SqsEngine extends JavaProcess {
  /** `http://127.0.0.1:PORT`, for the SQS client's `endpoint`; queue URLs are `ENDPOINT/ACCOUNT/NAME`. */
  endpoint: string
}

/** How ElasticMQ is to be started. */
export interface ElasticMqOptions {
  jdk: Jdk
  /** A free one unless given. */
  port?: number | undefined
  /** As in the ARNs of its queues: `eu-central-1` unless given. */
  region?: string | undefined
  /** As in the ARNs and URLs of its queues: `000000000000` unless given. */
  accountId?: string | undefined
  /** Called while its jars (38 MB) are downloaded, once in a machine's life. */
  onProgress?: ((progress: DownloadProgress) => void) | undefined
  /** Where its log goes; otherwise the log is deleted with its directory. Warnings and errors only. */
  logFile?: string | undefined
}

/**
 * Starts an ElasticMQ without queues, and waits until it answers.
 * @throws Error which says why it did not start, with the last lines of its log
 */
export async function startElasticMq(options: ElasticMqOptions): Promise<SqsEngine> {
  const classPath = await fetchArtifacts(elasticMqServer, { onProgress: options.onProgress })
  return onLoopbackPorts({ sqs: "ElasticMQ's SQS API" }, options.port === undefined ? {} : { sqs: options.port }, async ({ sqs: port }) => {
    const directory = await mkdtemp(join(tmpdir(), 'elasticmq-'))
    const configuration = join(directory, 'elasticmq.conf')
    const logging = join(directory, 'logback.xml')
    await writeFile(configuration, hocon(port, options))
    await writeFile(logging, logback)
    const endpoint = `http://127.0.0.1:${port}`
    const server = await startJava({
      name: 'ElasticMQ 1.7.1',
      jdk: options.jdk,
      arguments: [
        '-Xmx512m',
        `-Dconfig.file=${configuration}`,
        `-Dlogback.configurationFile=${logging}`,
        '-classpath',
        classPath.join(delimiter),
        'org.elasticmq.server.Main',
      ],
      directory,
      logFile: options.logFile,
      readyUrl: `${endpoint}/health`,
      isReady: (response) => response.ok,
    })
    return { ...server, endpoint }
  })
}

/** `node-address` is what queue URLs are made of; the included file is ElasticMQ's own. */
const hocon = (port: number, { region = 'eu-central-1', accountId = '000000000000' }: ElasticMqOptions): string => `
include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-hostname = "127.0.0.1", bind-port = ${port}, sqs-limits = strict }
aws { region = ${JSON.stringify(region)}, accountId = ${JSON.stringify(accountId)} }
`

const logback = `<configuration>
  <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{36} - %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="STDOUT"/></root>
</configuration>
`
