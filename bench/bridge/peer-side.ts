import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { createQueue, REGION } from '../../local/queues.ts'
import type { Side } from './side.ts'

export interface PeerOptions {
  readonly name: string
  readonly command: string
  readonly sqs: SQSClient
  readonly sqsEndpoint: string
  readonly gatewayUrl: string
}

let count = 0

/**
 * Any consumer, by the command that starts it. It is told SQS_ENDPOINT, CAMUNDA_REST_ADDRESS, AWS_REGION and credentials that are none; prints
 * `{"ready":true,"pid":PID}`; and for each line `start COUNT QUEUE_URL` that it reads starts an instance of process `order` of each of so many
 * messages of that queue, with their `n` and, where they have it, their `at` as variables, deletes them, and prints `{"seconds":SECONDS}`. It
 * ends with its standard input.
 */
export async function startPeer({ name, command, sqs, sqsEndpoint, gatewayUrl }: PeerOptions): Promise<Side> {
  const { queueUrl } = await createQueue(sqs, `bench-peer-${++count}`, { VisibilityTimeout: '180' })
  const child: ChildProcess = spawn(command, {
    shell: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      SQS_ENDPOINT: sqsEndpoint,
      CAMUNDA_REST_ADDRESS: gatewayUrl,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const told = async (member: string): Promise<number> => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      const text = line.value.trim()
      if (text.startsWith('{') && member in JSON.parse(text)) return Number(JSON.parse(text)[member])
    }
    throw new Error(`${name} has ended: ${command}`)
  }
  const pid = await told('pid')
  return {
    name,
    queueUrl,
    pids: () => [pid],
    async consume(wanted) {
      child.stdin?.write(`start ${wanted} ${queueUrl}\n`)
      await told('seconds')
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.stdin?.end()
      await ended
    },
  }
}
