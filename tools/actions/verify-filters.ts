import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { IAMClient } from '@aws-sdk/client-iam'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SQSClient } from '@aws-sdk/client-sqs'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { agreed } from '../command-line.ts'
import {
  conclusion,
  describePlan,
  oneLine,
  type Plan,
  planVerification,
  verificationTable,
  verifyFilters as verify,
} from '../filters/filter-verification.ts'

export interface VerifyFiltersOptions {
  readonly profile?: string | undefined
  readonly region?: string | undefined
  readonly yes?: boolean | undefined
}

/**
 * Whether Lambda's filters do in your own account what the bridge takes them to do: AWS documents filters on the body alone for SQS. It
 * creates queues, a role, a function and event-source mappings for some minutes, and removes them, also when interrupted.
 */
export async function verifyFilters({ profile, region, yes }: VerifyFiltersOptions): Promise<number> {
  // Also where nobody reads any more what it tells, what was created is removed.
  process.stdout.removeAllListeners('error').on('error', () => {})
  // A request that gets no answer must not keep the removal from beginning.
  const client = {
    ...(profile && { profile }),
    ...(region && { region }),
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
  }
  const plan = await planFor(new STSClient(client))
  if (plan === undefined) return 1
  console.log(describePlan(plan))
  if (!(await agreed(yes))) {
    console.log('Nothing was created.')
    return 1
  }
  const configuration = { ...client, region: plan.region }
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      console.error(`${name}: what was created is being removed first.`)
      interruption.abort(new Error(`interrupted by ${name}`))
    })
  const { rows, failure, leftBehind } = await verify(plan, {
    sqs: new SQSClient(configuration),
    lambda: new LambdaClient(configuration),
    iam: new IAMClient(configuration),
    now: () => performance.now(),
    pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
    report: (line) => console.log(line),
    signal: interruption.signal,
  })
  if (leftBehind.length === 0) console.log('All that was created is removed.')
  else console.error(['Could not be removed:', ...leftBehind.map(({ arn, why }) => `  ${arn} (${why})`)].join('\n'))
  if (rows === undefined) {
    console.error(`No verdict: ${oneLine(failure ?? new Error('it ended early'))}`)
    return 1
  }
  const { sentences, reliable } = conclusion(rows, plan.region)
  console.log(['', verificationTable(rows), '', ...sentences].join('\n'))
  return reliable && leftBehind.length === 0 ? 0 : 1
}

async function planFor(sts: STSClient): Promise<Plan | undefined> {
  try {
    const region = await sts.config.region()
    const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}))
    return planVerification(Arn, region, randomBytes(4).toString('hex'))
  } catch (error) {
    console.error(`AWS cannot be used: ${oneLine(error as Error)}. Log in as for the AWS CLI, or name a --profile and a --region.`)
    return undefined
  }
}
