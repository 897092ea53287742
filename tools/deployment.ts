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
  readonly updaterLogGroupName: string | undefined
  readonly roleArn: string
  /** Undefined where the stack is of an earlier release. */
  readonly updaterRoleArn: string | undefined
  /** Undefined where the stack has no idempotency table. */
  readonly idempotencyTableName: string | undefined
  /** Undefined where AWS keeps the keys. */
  readonly kmsKeyArn: string | undefined
}

/** There is no such deployment; the message says where it was looked for, and what to do. */
export class DeploymentNotFound extends Error {
  override readonly name = 'DeploymentNotFound'
}

/** The deployment which the outputs of a connector's stack describe. @throws {DeploymentNotFound} */
export async function deploymentOfStack(cloudFormation: Pick<CloudFormationClient, 'send'>, connector: string): Promise<Deployment> {
  const stackName = stackNameOf(connector)
  const outputs = await outputsOf(cloudFormation, stackName, connector)
  const output = (name: string) => {
    const value = outputs.get(name)
    if (value === undefined)
      throw new DeploymentNotFound(
        `The stack ${stackName} has no output ${name}: it is not there yet, or was deployed by an earlier release; npx cdk deploy ${connector}`,
      )
    return value
  }
  return {
    ...parametersOf(connector),
    parameterName: output('ParameterName'),
    queueUrl: output('QueueUrl'),
    deadLetterQueueUrl: outputs.get('DeadLetterQueueUrl'),
    functionName: output('FunctionName'),
    logGroupName: output('LogGroupName'),
    stack: {
      updaterLogGroupName: outputs.get('UpdaterLogGroupName'),
      roleArn: output('RoleArn'),
      updaterRoleArn: outputs.get('UpdaterRoleArn'),
      idempotencyTableName: outputs.get('IdempotencyTableName'),
      kmsKeyArn: outputs.get('KmsKeyArn'),
    },
  }
}

/** The deployment of a connector in a running `npm start`. @throws {DeploymentNotFound} */
export function deploymentOfRun(run: RunFile, connector: string): Deployment {
  const queueUrl = run.queueUrls[connector]
  if (queueUrl === undefined)
    throw new DeploymentNotFound(`No connector “${connector}” in the running start; there are ${Object.keys(run.queueUrls).join(', ')}.`)
  return {
    ...parametersOf(connector),
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

function parametersOf(connector: string) {
  return {
    connector,
    parameterName: connectorParameterName(connector),
    filterParameterName: filterParameterName(connector),
  }
}

async function outputsOf(
  cloudFormation: Pick<CloudFormationClient, 'send'>,
  stackName: string,
  connector: string,
): Promise<ReadonlyMap<string, string>> {
  const answer = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName })).catch((error: Error) => {
    // CloudFormation has no error of its own for it.
    if (error.name !== 'ValidationError') throw error
    throw new DeploymentNotFound(
      `There is no stack ${stackName} in this account and region. Is ${connector} deployed there (npx cdk deploy ${connector})? --profile and --region choose another; --local takes the running start.`,
    )
  })
  return new Map(answer.Stacks?.[0]?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]))
}
