import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { connectorParameterName, filterParameterName, stackNameOf } from '../lib/connector-source.ts'
import type { RunFile } from './run-file.ts'

/** A deployed connector by the names of its parts: those of its stack, or of a run on this machine. */
export interface Deployment {
  readonly connector: string
  /** Holds the connector. */
  readonly parameterName: string
  /** Holds what the event-source mapping lets through. */
  readonly filterParameterName: string
  readonly queueUrl: string
  /** Undefined where the stack knows of none; the queue may have one all the same. */
  readonly deadLetterQueueUrl: string | undefined
  readonly functionName: string
  readonly logGroupName: string
  /** Undefined on this machine. */
  readonly stack: StackParts | undefined
}

/** What there is on AWS alone. */
export interface StackParts {
  readonly name: string
  /** What the logical ids of the connector's parts begin with: the constructs it is within. Empty in the stack that has it alone. */
  readonly logicalIdPrefix: string
  readonly updaterLogGroupName: string | undefined
  readonly roleArn: string
  /** Undefined where the stack is of an earlier release. */
  readonly updaterRoleArn: string | undefined
  /** Undefined where the stack is of an earlier release. */
  readonly failedEventsQueueUrl?: string | undefined
  /** Undefined where the stack has no idempotency table. */
  readonly idempotencyTableName: string | undefined
  /** Undefined where AWS keeps the keys. */
  readonly kmsKeyArn: string | undefined
}

/** There is no such deployment; the message says where it was looked for, and what to do. */
export class DeploymentNotFound extends Error {
  override readonly name = 'DeploymentNotFound'
}

/**
 * The deployment which the outputs of a stack describe.
 * @param stackName that of an app of one's own; otherwise the stack that has the connector alone
 * @throws {DeploymentNotFound}
 */
export async function deploymentOfStack(
  cloudFormation: Pick<CloudFormationClient, 'send'>,
  connector: string,
  stackName = stackNameOf(connector),
): Promise<Deployment> {
  const outputs = await outputsOf(cloudFormation, stackName, connector)
  const outputIfAny = (name: string) => outputs.get(name)?.value
  const output = (name: string) => {
    const value = outputIfAny(name)
    if (value === undefined)
      throw new DeploymentNotFound(
        `The stack ${stackName} has no output ${name} of the connector ${connector}: it has another name there, is not there yet, or was deployed by an earlier release; npx cdk deploy ${connector}`,
      )
    return value
  }
  return {
    connector,
    parameterName: output('ParameterName'),
    filterParameterName: output('ParameterName').replace(/connector$/, 'filter'),
    queueUrl: output('QueueUrl'),
    deadLetterQueueUrl: outputIfAny('DeadLetterQueueUrl'),
    functionName: output('FunctionName'),
    logGroupName: output('LogGroupName'),
    stack: {
      name: stackName,
      logicalIdPrefix: outputs.get('ParameterName')?.key.replace(/ParameterName.*$/, '') ?? '',
      updaterLogGroupName: outputIfAny('UpdaterLogGroupName'),
      roleArn: output('RoleArn'),
      updaterRoleArn: outputIfAny('UpdaterRoleArn'),
      failedEventsQueueUrl: outputIfAny('FailedEventsQueueUrl'),
      idempotencyTableName: outputIfAny('IdempotencyTableName'),
      kmsKeyArn: outputIfAny('KmsKeyArn'),
    },
  }
}

/** The deployment of a connector in a running `npm start`. @throws {DeploymentNotFound} */
export function deploymentOfRun(run: RunFile, connector: string): Deployment {
  const queueUrl = run.queueUrls[connector]
  if (queueUrl === undefined)
    throw new DeploymentNotFound(`No connector “${connector}” in the running start; there are ${Object.keys(run.queueUrls).join(', ')}.`)
  return {
    connector,
    parameterName: connectorParameterName(connector),
    filterParameterName: filterParameterName(connector),
    queueUrl,
    deadLetterQueueUrl: run.deadLetterQueueUrls[connector],
    ...localFunction(connector),
    stack: undefined,
  }
}

/** The function of a connector on this machine, named as on AWS. */
export function localFunction(connector: string) {
  const functionName = stackNameOf(connector)
  return { functionName, logGroupName: `/aws/lambda/${functionName}` }
}

interface Output {
  /** Its logical id. */
  readonly key: string
  readonly value: string
}

/** What an output says of itself: see lib/deployment-outputs.ts. */
const TOLD = /^camunda-sqs-bridge (\S+) (\w+): /

async function outputsOf(
  cloudFormation: Pick<CloudFormationClient, 'send'>,
  stackName: string,
  connector: string,
): Promise<ReadonlyMap<string, Output>> {
  const answer = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName })).catch((error: Error) => {
    // CloudFormation has no error of its own for it.
    if (error.name !== 'ValidationError') throw error
    throw new DeploymentNotFound(
      `There is no stack ${stackName} in this account and region. Is ${connector} deployed there (npx cdk deploy ${connector}), and in a stack of that name? --stack names another; --profile and --region choose another; --local takes the running start.`,
    )
  })
  const parts = answer.Stacks?.[0]?.Outputs?.flatMap(
    ({ OutputKey: key = '', OutputValue: value = '', Description = '' }): [string, Output][] => {
      const [, name, part = ''] = TOLD.exec(Description) ?? []
      // Stacks of earlier releases, which have one connector each, say it by the key.
      if (name === undefined) return [[key, { key, value }]]
      return name === connector ? [[part, { key, value }]] : []
    },
  )
  return new Map(parts)
}
