import { type Connector, existingQueue } from '../lambda/core/connector.ts'

/**
 * What a function may do, and why. The stack grants it, `npx camunda-sqs-bridge doctor` asks IAM about it, and docs/SECURITY.md tells it: all from here.
 */
export interface Permission {
  /** Of the statement in the role's policy: letters and digits. */
  readonly sid: string
  readonly why: string
  readonly actions: readonly string[]
  /** ARNs, in a template perhaps as tokens. */
  readonly resources: readonly string[]
  readonly condition?: Condition
  readonly effect?: 'Deny'
}

type Condition = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The resources of a connector, by their ARNs. */
export interface FunctionResources {
  readonly logGroupArn: string
  readonly queueArn: string
  readonly deadLetterQueueArn: string | undefined
  readonly connectorParameterArn: string
  readonly filterParameterArn: string
  /** Of the path of the connection's parameters, without the slash at its end, or of its secret. */
  readonly connectionArn: string
  /** Of the idempotency table; undefined where there is none. */
  readonly tableArn: string | undefined
  /** Of the keys of the user which encrypt these; undefined where AWS keeps them. */
  readonly queueKeyArn: string | undefined
  readonly deadLetterQueueKeyArn: string | undefined
  readonly tableKeyArn: string | undefined
  /** `REGION.amazonaws.com`, as KMS names the services by which a key is used. */
  readonly serviceDomain: string
  /** Any function of this account and region. */
  readonly anyFunctionArn: string
  readonly isInVpc: boolean
  /** `aws`, `aws-cn` or another. */
  readonly partition: string
}

/** Of the key which encrypts the queue of a connector, of which its configuration alone is known. One that is created encrypts no queue which was there before. */
export function queueKeyArnOf(connector: Connector, kmsKeyArn: string | undefined): string | undefined {
  return connector.encryption.kmsKey === 'create' && existingQueue(connector) ? undefined : kmsKeyArn
}

const WRITE_LOG = {
  sid: 'WriteLog',
  why: 'the log of outcomes, which holds the metrics too',
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
}

/** What the function may do. */
export function functionPermissions(connector: Connector, resources: FunctionResources): Permission[] {
  const {
    logGroupArn,
    queueArn,
    deadLetterQueueArn,
    connectorParameterArn,
    filterParameterArn,
    connectionArn,
    tableArn,
    queueKeyArn,
    deadLetterQueueKeyArn,
    tableKeyArn,
    serviceDomain,
    isInVpc,
  } = resources
  const { invalidInput, encryption, queue } = connector
  const isSecret = typeof connector.camunda !== 'string'
  const sendsDeadLetters = invalidInput === 'deadLetter' && deadLetterQueueArn !== undefined
  const { connectionKmsKey } = encryption
  const { bucket = '', kmsKey: payloadKmsKey } = queue.largePayloads ?? {}
  const payloadArn = `arn:${resources.partition}:s3:::${bucket}/*`
  const sendsWithQueueKey = sendsDeadLetters && deadLetterQueueKeyArn === queueKeyArn
  const throughSqs = { StringEquals: { 'kms:ViaService': `sqs.${serviceDomain}` } }
  return [
    { ...WRITE_LOG, resources: [logGroupArn] },
    {
      sid: 'ConsumeQueue',
      why: 'Lambda receives and deletes messages in the name of the function, which delays what waits for Camunda',
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      resources: [queueArn],
    },
    {
      sid: 'ReadConnector',
      why: 'the connector, and the filter that is active',
      actions: ['ssm:GetParameter'],
      resources: [connectorParameterArn, filterParameterArn],
    },
    isSecret
      ? {
          sid: 'ReadSecret',
          why: 'address and credentials of Camunda',
          actions: ['secretsmanager:GetSecretValue'],
          resources: [connectionArn],
        }
      : {
          sid: 'ReadConnection',
          why: 'address and credentials of Camunda',
          actions: ['ssm:GetParametersByPath'],
          // IAM compares the path as the request has it, with its last slash or without.
          resources: [connectionArn, `${connectionArn}/`],
        },
    ...when(sendsDeadLetters, {
      sid: 'SendDeadLetters',
      why: 'invalid messages go there at once',
      actions: ['sqs:SendMessage'],
      resources: [deadLetterQueueArn ?? ''],
    }),
    ...when(tableArn !== undefined, {
      sid: 'KeepIdempotencyRecords',
      why: 'which messages have begun, and which are done',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resources: [tableArn ?? ''],
    }),
    ...when(queueKeyArn !== undefined, {
      sid: 'DecryptMessages',
      why: 'encrypted messages are read, and written where dead letters are sent',
      // SQS asks them of whoever receives and sends (developer guide, "Key management").
      actions: ['kms:Decrypt', ...(sendsWithQueueKey ? ['kms:GenerateDataKey'] : [])],
      resources: [queueKeyArn ?? ''],
      condition: throughSqs,
    }),
    ...when(sendsDeadLetters && !sendsWithQueueKey && deadLetterQueueKeyArn !== undefined, {
      sid: 'EncryptDeadLetters',
      why: 'a dead-letter queue with a key of its own',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [deadLetterQueueKeyArn ?? ''],
      condition: throughSqs,
    }),
    ...when(tableArn !== undefined && tableKeyArn !== undefined, {
      sid: 'UseTableKey',
      why: 'encrypted records are read and written',
      // DynamoDB asks them of whoever uses the table (developer guide, "Encryption at rest: usage notes").
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      resources: [tableKeyArn ?? ''],
      condition: { StringEquals: { 'kms:ViaService': `dynamodb.${serviceDomain}` } },
    }),
    ...when(connectionKmsKey !== undefined && isSecret, {
      sid: 'DecryptSecret',
      why: 'the secret of the connection, and nothing else that the key encrypts',
      actions: ['kms:Decrypt'],
      resources: [connectionKmsKey ?? ''],
      // Secrets Manager names the secret in the encryption context (user guide, "Secret encryption and decryption in AWS Secrets Manager").
      condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': connectionArn } },
    }),
    ...when(connectionKmsKey !== undefined && !isSecret, {
      sid: 'DecryptConnection',
      why: 'the SecureString parameters of the connection, and nothing else that the key encrypts',
      actions: ['kms:Decrypt'],
      resources: [connectionKmsKey ?? ''],
      // SSM names the parameter in the encryption context (Systems Manager guide, "Encryption context").
      condition: { StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': `${connectionArn}/*` } },
    }),
    ...when(queue.largePayloads !== undefined, {
      sid: PAYLOADS,
      why: 'bodies which SQS’s extended client put there',
      actions: ['s3:GetObject'],
      resources: [payloadArn],
    }),
    ...when(payloadKmsKey !== undefined, {
      sid: 'DecryptPayloads',
      why: 'encrypted bodies are read',
      actions: ['kms:Decrypt'],
      resources: [payloadKmsKey ?? ''],
      condition: { StringEquals: { 'kms:ViaService': `s3.${serviceDomain}` } },
    }),
    ...when(connector.function.tracing !== 'off', {
      sid: TRACES,
      why: 'X-Ray, whose permissions know no resources',
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      resources: ['*'],
    }),
    ...(isInVpc ? networkPermissions(resources) : []),
  ]
}

/** What the updater of the event-source mapping may do. */
export function updaterPermissions(
  resources: Pick<FunctionResources, 'logGroupArn' | 'connectorParameterArn' | 'filterParameterArn'> & {
    readonly mappingArn: string
    /** Of the function which the mapping invokes. */
    readonly functionArn: string
    /** Undefined in a stack of an earlier release. */
    readonly failedEventsArn: string | undefined
  },
): Permission[] {
  const { logGroupArn, connectorParameterArn, filterParameterArn, mappingArn, functionArn, failedEventsArn } = resources
  return [
    { ...WRITE_LOG, why: 'its log', resources: [logGroupArn] },
    { sid: 'ReadConnector', why: 'the connector', actions: ['ssm:GetParameter'], resources: [connectorParameterArn] },
    {
      sid: 'KeepFilter',
      why: 'it says to the function which filter is active',
      actions: ['ssm:GetParameter', 'ssm:PutParameter'],
      resources: [filterParameterArn],
    },
    {
      sid: 'ReadEventSourceMapping',
      why: 'what the mapping is',
      actions: ['lambda:GetEventSourceMapping'],
      resources: [mappingArn],
    },
    {
      sid: 'UpdateEventSourceMapping',
      why: 'filter, batch size, window, concurrency, pollers and whether Lambda polls; it cannot be led to another function',
      actions: ['lambda:UpdateEventSourceMapping'],
      resources: [mappingArn],
      // Service authorization reference, "Actions, resources, and condition keys for AWS Lambda".
      condition: { ArnEquals: { 'lambda:FunctionArn': functionArn } },
    },
    ...when(failedEventsArn !== undefined, {
      sid: 'KeepFailedEvents',
      why: 'Lambda sends there, in the name of the updater, the event of a run that failed',
      actions: ['sqs:SendMessage'],
      resources: [failedEventsArn ?? ''],
    }),
  ]
}

/** What those need who edit the connector's parameter: they decide which messages start which processes, and what the filter deletes. */
export function editorPermissions(connectorParameterArn: string): Permission[] {
  return [
    {
      sid: 'EditConnector',
      why: 'read and write the connector, by push, pull or the console',
      actions: ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:PutParameter'],
      resources: [connectorParameterArn],
    },
  ]
}

/** Statements whose resource cannot be narrower. */
export const NETWORK_INTERFACES = 'ManageNetworkInterfaces'
export const TRACES = 'WriteTraces'
export const PAYLOADS = 'ReadPayloads'

const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

/** For Lambda alone, and not for the function's own code (AWS Lambda guide, "Required IAM permissions" of a VPC, "Best practice"). */
function networkPermissions({ anyFunctionArn }: FunctionResources): Permission[] {
  return [
    {
      sid: NETWORK_INTERFACES,
      why: 'Lambda connects the function to the VPC; as AWS’s managed policy for it has them',
      actions: INTERFACE_ACTIONS,
      resources: ['*'],
    },
    {
      sid: 'KeepCodeFromNetworkInterfaces',
      why: 'what Lambda may do there, the function’s own code may not',
      effect: 'Deny',
      actions: INTERFACE_ACTIONS,
      resources: ['*'],
      condition: { ArnLike: { 'lambda:SourceFunctionArn': anyFunctionArn } },
    },
  ]
}

function when(is: boolean, permission: Permission): Permission[] {
  return is ? [permission] : []
}
