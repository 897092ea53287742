import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SQSClient } from '@aws-sdk/client-sqs'
import pLimit from 'p-limit'
import { z } from 'zod'
import type { ConnectorTests, NewMessage, SampleMessage, Sent } from '../../console/api.ts'
import { newMessageOf } from '../../console/new-message.ts'
import type { Connector } from '../../lambda/core/connector.ts'
import { type ConnectorSource, testFileOf } from '../../lib/connector-source.ts'
import { differences, jsonLines } from '../../tools/json-differences.ts'
import { differenceFrom } from '../../tools/testing/expectation.ts'
import { DEFAULT_NOW, outcomeOf } from '../../tools/testing/message-outcome.ts'
import { readTestFile, TestFileError } from '../../tools/testing/test-file.ts'
import { toRecord } from '../../tools/testing/test-message.ts'
import { sendMessage } from '../queues.ts'
import { samplesFor } from '../samples.ts'
import { numbered } from '../send.ts'

const MOST = 10_000
const AT_A_TIME = 10

const input = z.object({
  message: z.object({
    body: z.string().min(1, 'SQS takes no message without a body'),
    attributes: z.record(z.string().min(1), z.object({ dataType: z.string().min(1), value: z.string().min(1) })),
    group: z.string().optional(),
  }),
  count: z.int().min(1).max(MOST).default(1),
})

/** @throws {z.ZodError} */
export function newMessagesIn(given: unknown): { readonly message: NewMessage; readonly count: number } {
  return input.parse(given)
}

/** Puts messages into a queue, each with its number where the text has `{n}`; it ends with the first that is refused. */
export async function sendMessages(sqs: SQSClient, queueUrl: string, message: NewMessage, count: number): Promise<Sent> {
  const messageIds: string[] = []
  let error: string | undefined
  const limit = pLimit(queueUrl.endsWith('.fifo') ? 1 : AT_A_TIME)
  const send = async (number: number) => {
    if (error !== undefined) return
    try {
      messageIds.push(await sendMessage(sqs, queueUrl, oneOf(message, number, queueUrl)))
    } catch (refusal) {
      error = `The SQS server refuses it: ${(refusal as Error).message}`
    }
  }
  await Promise.all(Array.from({ length: count }, (_, index) => limit(() => send(index + 1))))
  return { messageIds, error }
}

function oneOf({ body, attributes, group }: NewMessage, number: number, queueUrl: string) {
  return {
    body: numbered(body, number),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { dataType, value }]) => [name, { dataType, value: numbered(value, number) }]),
    ),
    group: queueUrl.endsWith('.fifo') ? numbered(group || 'default', number) : undefined,
  }
}

export function sampleMessages(sources: readonly ConnectorSource[]): SampleMessage[] {
  return sources.flatMap(samplesFor).map(({ label, connector, body, type, group, ends: { outcome, fate } }) => ({
    label,
    connector,
    message: { body, attributes: type === undefined ? {} : { type: { dataType: 'String', value: type } }, group },
    ends: `${outcome}, ${fate}`,
  }))
}

/** Runs the tests that stand beside a connector’s file. @param connector that is active */
export function connectorTests({ name, file }: Pick<ConnectorSource, 'name' | 'file'>, connector: Connector): ConnectorTests {
  const path = join(dirname(file), testFileOf(name))
  if (!existsSync(path)) return { file: undefined, tests: [] }
  try {
    const tests = readTestFile(path, connector).map(({ name, message, expect, now = DEFAULT_NOW }) => {
      const difference = differenceFrom(expect, outcomeOf(connector, message, { now }))
      return {
        name,
        passed: difference === undefined,
        differences: difference && differences(jsonLines(difference.expected), jsonLines(difference.actual, difference.expected)),
        message: newMessageOf(toRecord(message, connector, now)),
      }
    })
    return { file: path, tests }
  } catch (error) {
    if (error instanceof TestFileError) return { file: path, error: error.message, tests: [] }
    throw error
  }
}
