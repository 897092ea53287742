/**
 * What of a connector's activation conditions Lambda's filter decides, and what becomes of one message, step by step. See docs/TOOLS.md.
 *
 *   npm run explain -- connectors/orders.json                 the filter, for people; the status is 1 where the file is faulty
 *   npm run explain -- --lines < connectors.jsonl             one connector a line in; one {"filterCriteria": [patterns], "notPushedDown": […]}
 *                                                             a line out, or {"faults": […]}
 *   npm run explain -- --message FILE connectors/orders.json  one message's way, offline
 *   npm run explain -- --message-id ID orders                 that of a dead letter, through the live connector
 */
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import type { SQSRecord } from 'aws-lambda'
import { type Connector, existingQueue, isFifo, parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorConfigurationError } from '../../lambda/core/connector-faults.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import { connectorFindings, findingLines } from '../../lib/connector-findings.ts'
import { CONNECTORS_DIRECTORY, type ConnectorSource, connectorParameterName } from '../../lib/connector-source.ts'
import { synthReport } from '../../lib/synth-report.ts'
import { COMMON_OPTIONS, COMMON_USAGE, interruption, onlyArgument, Progress, runTool, UsageError } from '../command-line.ts'
import { checkedName, connectorInFile } from '../connector-argument.ts'
import { deadLetterQueueOf, lookThrough } from '../dead-letters/dead-letters.ts'
import { asSent } from '../dead-letters/reason.ts'
import { explainMessage, explanationJson, explanationReport, recordIn } from '../explain/message-explanation.ts'
import { connectorInForce } from '../live-connector.ts'
import { placeOf } from '../place.ts'
import { toSqsRecord } from '../sqs-record.ts'

const USAGE = `Usage: npm run explain -- CONNECTOR [--connectors DIRECTORY] | --lines
       npm run explain -- --message FILE CONNECTOR [--live] [--connectors DIRECTORY] [--json]
       npm run explain -- --message-id ID CONNECTOR [--json] [--local] [--profile NAME] [--region REGION]

Without a message: what of the conditions Lambda's filter decides, what is left to the function, and why.
With a message: its way through the connector: the filter; for each element its condition and what the parts of it came to; key, id and
variables as Camunda would be sent them; and the outcome. It tells the values which the expressions have, and so of the message's content.

CONNECTOR is its file, or the name of one in --connectors; nothing is asked of AWS but with --live and --message-id.

  --message FILE     an SQS record as Lambda delivers it, or a message as aws sqs receive-message prints it
  --live             by the connector's parameter in place of its file
  --message-id ID    a message of the dead-letter queue, by the connector's parameter
  --connectors DIRECTORY   connectors
${COMMON_USAGE}`

await runTool(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...COMMON_OPTIONS,
      lines: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
      message: { type: 'string' },
      'message-id': { type: 'string' },
      connectors: { type: 'string', default: CONNECTORS_DIRECTORY },
    },
  })
  const { message, 'message-id': messageId } = values
  if (message !== undefined && messageId !== undefined) throw new UsageError('Either --message or --message-id.')
  if (values.lines) {
    if (positionals.length > 0) throw new UsageError('--lines reads from stdin.')
    return explainLines()
  }
  const name = onlyArgument('connector', positionals)
  if (message === undefined && messageId === undefined) {
    console.log(synthReport(sourceOf(name, values.connectors)).trimEnd())
    return 0
  }
  const explained = message === undefined ? await deadLetter(name, messageId ?? '') : await messageInFile(name, message)
  const warnings = findingLines(connectorFindings(explained.connector))
  if (warnings.length > 0) console.error(warnings.join('\n'))
  const explanation = explainMessage(explained.connector, explained.record)
  console.log(values.json ? explanationJson(explanation) : explanationReport(explanation))
  return 0

  async function messageInFile(name: string, file: string): Promise<{ connector: Connector; record: SQSRecord }> {
    const connector = values.live || values.local ? await liveConnector(name) : sourceOf(name, values.connectors).connector
    const queueArn = existingQueue(connector)?.arn ?? `arn:aws:sqs:::${connector.queue.name ?? `queue${isFifo(connector) ? '.fifo' : ''}`}`
    try {
      return { connector, record: recordIn(readFileSync(file, 'utf8'), queueArn) }
    } catch (error) {
      throw new Error(`${file} cannot be explained: ${(error as Error).message}`)
    }
  }

  async function liveConnector(name: string): Promise<Connector> {
    const { connector, fault } = await connectorInForce((await placeOf(values)).ssm, connectorParameterName(checkedName(name)))
    if (!connector) throw new Error(fault)
    return connector
  }

  async function deadLetter(name: string, messageId: string): Promise<{ connector: Connector; record: SQSRecord }> {
    const { deploymentOf, sqs } = await placeOf(values)
    const [connector, { queueArn, deadLetterQueueUrl, visible }] = await Promise.all([
      liveConnector(name),
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
        `There is no ${messageId} among the ${messages.length} messages which ${deadLetterQueueUrl} shows: npm run peek -- ${name} tells the ids.`,
      )
    return { connector, record: toSqsRecord(asSent(found), { queueArn, region: queueArn.split(':')[3] ?? '' }) }
  }
})

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
    const { patterns, notPushedDown } = filterCriteria(parseConnector(line))
    return { filterCriteria: patterns, notPushedDown }
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return { faults: error.faults }
    throw error
  }
}
