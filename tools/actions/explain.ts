import { basename, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { SQSRecord } from 'aws-lambda'
import pc from 'picocolors'
import { type Connector, existingQueue, isFifo, parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorConfigurationError } from '../../lambda/core/connector-faults.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import { isPointer, objectOf, payloadPointer } from '../../lambda/core/large-payload.ts'
import { connectorFindings, findingLines } from '../../lib/connector-findings.ts'
import { type ConnectorSource, connectorParameterName } from '../../lib/connector-source.ts'
import { synthReport } from '../../lib/synth-report.ts'
import { interruption, Progress, Refusal, UsageError } from '../command-line.ts'
import { checkedName, connectorInFile } from '../connector-argument.ts'
import { deadLetterQueueOf, lookThrough } from '../dead-letters/dead-letters.ts'
import { asSent } from '../dead-letters/reason.ts'
import { explainMessage, explanationJson, explanationReport } from '../explain/message-explanation.ts'
import { connectorInForce } from '../live-connector.ts'
import { messagesIn, onlyMessage, readText, takenAs } from '../message-file.ts'
import { type Choice, placeOf } from '../place.ts'
import { toSqsRecord } from '../sqs-record.ts'

export interface ExplainOptions extends Choice {
  /** A file. */
  readonly message?: string | undefined
  /** Of a dead letter. */
  readonly messageId?: string | undefined
  /** By the connector's parameter in place of its file. */
  readonly live?: boolean | undefined
  /** Connectors from stdin, one a line. */
  readonly lines?: boolean | undefined
  /** A directory. */
  readonly connectors: string
  readonly json?: boolean | undefined
}

/** What of a connector's conditions Lambda's filter decides; and of a message, what becomes of it, step by step. */
export async function explain(given: string | undefined, options: ExplainOptions): Promise<number> {
  const { message, messageId, lines, json } = options
  if (message !== undefined && messageId !== undefined) throw new UsageError('Either --message or --message-id.')
  if (lines) {
    if (given !== undefined) throw new UsageError('--lines reads from stdin.')
    return explainLines()
  }
  if (given === undefined) throw new UsageError('Which connector?')
  const name = given
  if (message === undefined && messageId === undefined) {
    const source = sourceOf(name, options.connectors)
    console.log(json ? filterJson(source) : synthReport(source).trimEnd())
    return 0
  }
  const explained = message === undefined ? await deadLetter(messageId ?? '') : await messageInFile(message)
  const warnings = findingLines(connectorFindings(explained.connector))
  if (warnings.length > 0) console.error(warnings.join('\n'))
  const { record, connector } = explained
  const pointer = payloadPointer(record.body, connector.queue)
  if (pointer?.kind === 'PayloadPointer')
    throw new Refusal(
      `The body of ${record.messageId} is ${objectOf(pointer)}. To have it explained: aws s3 cp ${objectOf(pointer)} body.json, and --message with a record that has it for its body.`,
    )
  if (pointer === undefined && isPointer(record.body))
    console.error('Its body is a pointer of SQS’s extended client: without queue.largePayloads, expressions see the pointer itself.')
  const explanation = explainMessage(connector, record)
  console.log(json ? explanationJson(explanation) : explanationReport(explanation))
  return 0

  async function messageInFile(file: string): Promise<{ connector: Connector; record: SQSRecord }> {
    const connector = options.live || options.local ? await liveConnector() : sourceOf(name, options.connectors).connector
    const queueArn = existingQueue(connector)?.arn ?? `arn:aws:sqs:::${connector.queue.name ?? `queue${isFifo(connector) ? '.fifo' : ''}`}`
    try {
      const messages = messagesIn(await readText(file), queueArn)
      tell(takenAs(messages, file))
      return { connector, record: onlyMessage(messages) }
    } catch (error) {
      throw new Error(`${file} cannot be explained: ${(error as Error).message}`)
    }
  }

  async function liveConnector(): Promise<Connector> {
    const { connector, fault } = await connectorInForce((await placeOf(options)).ssm, connectorParameterName(checkedName(name)))
    if (!connector) throw new Error(fault)
    return connector
  }

  async function deadLetter(messageId: string): Promise<{ connector: Connector; record: SQSRecord }> {
    const { deploymentOf, sqs } = await placeOf(options)
    const [connector, { queueArn, deadLetterQueueUrl, visible }] = await Promise.all([
      liveConnector(),
      deploymentOf(name).then((deployment) => deadLetterQueueOf(sqs, deployment)),
    ])
    const progress = new Progress()
    const isWanted = ({ MessageId }: { readonly MessageId?: string | undefined }) => MessageId === messageId
    const messages = await lookThrough(sqs, deadLetterQueueUrl, {
      most: 100_000,
      signal: interruption(),
      onProgress: (count) => progress.show(`${count} of about ${visible} messages`),
      isWanted,
    })
    progress.end()
    const found = messages.find(isWanted)
    if (!found)
      throw new Error(
        `There is no ${messageId} among the ${messages.length} messages which ${deadLetterQueueUrl} shows: npx camunda-sqs-bridge peek ${name} shows the ids.`,
      )
    return { connector, record: toSqsRecord(asSent(found), { queueArn, region: queueArn.split(':')[3] ?? '' }) }
  }
}

/** @param name of a connector in the directory, or a file */
function sourceOf(name: string, directory: string): ConnectorSource {
  return name.endsWith('.json') ? connectorInFile(dirname(name), basename(name, '.json')) : connectorInFile(directory, name)
}

async function explainLines(): Promise<number> {
  for await (const line of createInterface({ input: process.stdin })) if (line.trim()) console.log(JSON.stringify(explained(line)))
  return 0
}

function explained(line: string): object {
  try {
    return filterOf(parseConnector(line))
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return { faults: error.faults }
    throw error
  }
}

function filterJson({ name, connector }: ConnectorSource): string {
  return JSON.stringify({ connector: name, ...filterOf(connector), findings: connectorFindings(connector) }, null, 2)
}

function filterOf(connector: Connector) {
  const { patterns, notPushedDown } = filterCriteria(connector)
  return { filterCriteria: patterns, notPushedDown }
}

function tell(sentence: string | undefined) {
  if (sentence !== undefined) console.error(pc.dim(sentence))
}
