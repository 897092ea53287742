import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { IAMClient } from '@aws-sdk/client-iam'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'
import { Refusal } from './command-line.ts'
import { type Deployment, DeploymentNotFound, deploymentOfRun, deploymentOfStack } from './deployment.ts'
import { type RunFile, readRunFile } from './run-file.ts'

/** Where the tools find a connector: an AWS account in one region, or a running `npm start`. */
export interface Place {
  readonly sqs: SQSClient
  readonly ssm: SSMClient
  readonly secrets: SecretsManagerClient
  readonly lambda: LambdaClient
  readonly iam: IAMClient
  readonly dynamodb: DynamoDBClient
  readonly logs: CloudWatchLogsClient
  readonly cloudWatch: CloudWatchClient
  deploymentOf(connector: string): Promise<Deployment>
}

export interface Choice {
  readonly local?: boolean | undefined
  readonly profile?: string | undefined
  readonly region?: string | undefined
  /** Of an app of one's own. */
  readonly stack?: string | undefined
}

/** Milliseconds. An operator waits for an answer, and learns that there is none. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true }

/** @throws {Refusal} at once, where it is not known who asks, or where: each request would tell it for itself */
export async function placeOf({ local, profile, region, stack }: Choice): Promise<Place> {
  if (local) {
    const run = readRunFile()
    if (!run) throw new DeploymentNotFound('Nothing runs here: start it with `npx camunda-sqs-bridge start` in another terminal.')
    return placeOfRun(run)
  }
  const place = inAccount({ ...(profile && { profile }), ...(region && { region }) }, stack)
  const { config } = place.ssm
  await config.region().catch(() => {
    const where = profile ? ` in the profile ${profile}` : ''
    throw new Refusal(`There is no region${where}: name a --region, or set AWS_REGION.`)
  })
  await config.credentials().catch((error: Error) => {
    const named = profile ?? process.env.AWS_PROFILE
    const who = named ? `The profile ${named} gives no credentials` : 'There are no credentials for AWS'
    throw new Refusal(`${who} (${withoutEnd(error.message)}): log in as for the AWS CLI, or name a --profile.`)
  })
  return place
}

function withoutEnd(sentence: string): string {
  return sentence.replace(/\.$/, '')
}

function inAccount(selection: { readonly profile?: string; readonly region?: string }, stack: string | undefined): Place {
  const client = { ...selection, requestHandler: PATIENCE }
  return {
    ...clients(client),
    // The stack is in the queue's region. By their host, the URLs of local servers would lead elsewhere than AWS_ENDPOINT_URL_SQS says.
    sqs: new SQSClient({ ...client, useQueueUrlAsEndpoint: false }),
    ssm: new SSMClient(client),
    deploymentOf: (connector) => deploymentOfStack(new CloudFormationClient(client), connector, stack),
  }
}

/** A run on this machine. */
export function placeOfRun(run: RunFile): Place {
  const client = { region: run.region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, requestHandler: PATIENCE }
  return {
    ...clients(client),
    lambda: new LambdaClient({ ...client, endpoint: run.lambdaEndpoint }),
    logs: new CloudWatchLogsClient({ ...client, endpoint: run.logStoreEndpoint }),
    sqs: new SQSClient({ ...client, endpoint: run.sqsEndpoint, useQueueUrlAsEndpoint: false }),
    ssm: new SSMClient({ ...client, endpoint: run.parameterStoreEndpoint }),
    deploymentOf: async (connector) => deploymentOfRun(run, connector),
  }
}

function clients(client: object) {
  return {
    lambda: new LambdaClient(client),
    iam: new IAMClient(client),
    secrets: new SecretsManagerClient(client),
    dynamodb: new DynamoDBClient(client),
    logs: new CloudWatchLogsClient(client),
    cloudWatch: new CloudWatchClient(client),
  }
}
