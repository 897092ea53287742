import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { existingQueue, isFifo, parseConnector } from '../../../lambda/core/connector.ts'
import { ConnectorConfigurationError, type Fault } from '../../../lambda/core/connector-faults.ts'
import { connectorFileJsonSchema } from '../../../lib/connector-diagrams.ts'
import { catchEvent, connector, startEvent } from '../../support/connectors.ts'

const SECRET = 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:camunda-AbC123'
const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const URL = 'https://sqs.eu-central-1.amazonaws.com/111111111111/orders'
const ARN = 'arn:aws:sqs:eu-central-1:111111111111:orders'

function faults(config: object | string): readonly Fault[] {
  try {
    parseConnector(typeof config === 'string' ? config : JSON.stringify(config))
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return error.faults
    throw error
  }
  return []
}

const faultsOf = (rest: object) => faults({ elements: [startEvent()], ...rest })
const faultsOfElement = (properties: Record<string, unknown>) => faults({ elements: [startEvent(properties)] })

test('the least connector is one element, and the rest has defaults', () => {
  expect(connector()).toEqual({
    queue: { attributeNames: [], messageAttributeNames: [], maxReceiveCount: 5, contentBasedDeduplication: false },
    eventSource: {
      batchSize: 10,
      maximumBatchingWindow: 0,
      concurrency: 10,
      filterCriteria: 'attributes',
      longestOutage: 3_600,
      enabled: true,
    },
    function: { timeout: 30, requestTimeout: 10, memorySize: 512, logRetention: 30, logLevel: 'INFO', tracing: 'off' },
    alarms: {
      runbookUrl: 'https://unpkg.com/camunda-sqs-bridge/docs/OPERATING.md',
      deadLetters: 1,
      ageOfOldestMessage: 900,
      functionErrors: 1,
      throttles: 1,
      withoutEffect: 1,
      heldUp: 1,
      camundaUnavailable: 1,
      ambiguous: 1,
      configurationRejected: 1,
      eventSourceMappingNotUpdated: 1,
      everythingFilteredOut: 1,
    },
    monitoring: 'alarms',
    encryption: {},
    tags: {},
    camunda: '/camunda-sqs-bridge/camunda/',
    idempotency: 'none',
    invalidInput: 'return',
    elements: [
      {
        elementId: 'OrderPlaced',
        correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order', tenantId: '<default>' },
        consumeUnmatchedEvents: false,
      },
    ],
  })
})

describe('a fault', () => {
  // biome-ignore format: a table
  const FAULTS: [string, readonly Fault[], Partial<Fault>][] = [
    ['a missing list of elements',      faults({}),                                                       { path: 'elements', found: 'nothing', expected: 'a list' }],
    ['no element',                      faults({ elements: [] }),                                         { path: 'elements', expected: 'at least one element' }],
    ['a wrong type',                    faultsOf({ eventSource: { batchSize: '10' } }),                   { path: 'eventSource.batchSize', found: '"10"', expected: 'a whole number from 1 to 10000' }],
    ['a fraction',                      faultsOf({ eventSource: { batchSize: 1.5 } }),                    { path: 'eventSource.batchSize', found: '1.5', expected: 'a whole number from 1 to 10000' }],
    ['a number too large',              faultsOf({ eventSource: { maximumConcurrency: 1001 } }),          { path: 'eventSource.maximumConcurrency', found: '1001', expected: 'a whole number from 2 to 1000' }],
    ['a number too small',              faultsOf({ eventSource: { maximumConcurrency: 1 } }),             { path: 'eventSource.maximumConcurrency', expected: 'a whole number from 2 to 1000' }],
    ['a value that is none of several', faultsOf({ eventSource: { filterCriteria: 'on' } }),              { path: 'eventSource.filterCriteria', found: '"on"', expected: 'one of "attributes", "body", "off"' }],
    ['a text that is no URL',           faultsOf({ queue: { url: 'orders' } }),                           { path: 'queue.url', found: '"orders"', expected: expect.stringContaining('https://sqs.') as never }],
    ['an ARN of something else',        faultsOf({ queue: { arn: 'arn:aws:sns:eu-central-1:1:x' } }),     { path: 'queue.arn', expected: expect.stringContaining('arn:aws:sqs:') as never }],
    ['a misspelt property',             faultsOfElement({ activationCondtion: '=true' }),                 { path: 'elements[0].activationCondtion', found: 'an unknown property', expected: '“activationCondition”, the nearest property there is' }],
    ['a property in the wrong case',    faultsOfElement({ resultexpression: '={}' }),                     { expected: '“resultExpression”, the nearest property there is' }],
    ['a version below any',             faultsOfElement({ correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'p', version: 0 } }), { path: 'elements[0].correlationPoint.version', found: '0', expected: 'a whole number of at least 1' }],
    ['a number that is null',           faultsOf({ function: { memorySize: null } }),                     { path: 'function.memorySize', found: 'null', expected: 'a whole number from 128 to 10240' }],
    ['a part of a name',                faultsOf({ function: { memory: 512 } }),                          { path: 'function.memory', expected: '“memorySize”, the nearest property there is' }],
    ['a part of a name, in an element', faults({ elements: [catchEvent({ ttl: 'PT1H' })] }),              { path: 'elements[0].ttl', expected: '“messageTtl”, the nearest property there is' }],
    ['a part of a name, in a point',    faultsOfElement({ correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'p', processId: 'p' } }), { path: 'elements[0].correlationPoint.processId', expected: '“bpmnProcessId”, the nearest property there is' }],
    ['a part of a name, a level above', faultsOf({ memory: 512 }),                                        { path: 'memory', expected: 'function.memorySize, the nearest property there is' }],
    ['a typo, a level above',           faultsOf({ bachSize: 5 }),                                        { path: 'bachSize', expected: 'eventSource.batchSize, the nearest property there is' }],
    ['a part of a name, a level below', faultsOf({ queue: { window: 5 } }),                               { path: 'queue.window', expected: 'eventSource.maximumBatchingWindow, the nearest property there is' }],
    ['a property in the wrong place',   faultsOf({ batchSize: 5 }),                                       { path: 'batchSize', expected: 'it at eventSource.batchSize' }],
    ['an element’s property elsewhere', faultsOfElement({ bpmnProcessId: 'x' }),                          { expected: 'it at elements[*].correlationPoint.bpmnProcessId' }],
    ['authentication',                  faultsOf({ authentication: { type: 'credentials' } }),            { path: 'authentication', expected: expect.stringContaining('IAM role') as never }],
    ['a region',                        faultsOf({ configuration: { region: 'eu-central-1' } }),          { expected: expect.stringContaining('the region is the one in queue.url') as never }],
    ['a polling wait time',             faultsOf({ queue: { pollingWaitTime: '20' } }),                   { path: 'queue.pollingWaitTime', expected: expect.stringContaining('eventSource.maximumBatchingWindow') as never }],
    ['a property of the other kind',    faultsOfElement({ correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'p', messageName: 'm' } }), { path: 'elements[0].correlationPoint.messageName', expected: 'nothing: it belongs to the kind "publishMessage"' }],
    ['the diagram’s correlation key',   faults({ elements: [catchEvent({ correlationKey: '=x' })] }),     { path: 'elements[0].correlationKey', expected: expect.stringContaining('belongs to the message in the diagram') as never }],
    ['AWS’s own name of a property',    faultsOf({ eventSource: { maxConcurrency: 2 } }),                 { expected: 'maximumConcurrency' }],
    ['a flat property of the template', faultsOf({ 'queue.pollingWaitTime': '20' }),                      { path: 'queue.pollingWaitTime', expected: expect.stringContaining('Lambda long-polls') as never }],
    ['a flat property of this file',    faultsOf({ 'queue.url': URL }),                                   { path: 'queue.url', expected: 'it at queue.url, as objects within each other' }],
    ['concurrency beyond the reserved', faultsOf({ eventSource: { maximumConcurrency: 10 }, function: { reservedConcurrency: 2 } }), { path: 'eventSource.maximumConcurrency', expected: expect.stringContaining('at most function.reservedConcurrency') as never }],
    ['pollers beside a concurrency',    faultsOf({ eventSource: { maximumConcurrency: 10, provisionedPollers: { minimum: 2, maximum: 4 } } }), { path: 'eventSource.maximumConcurrency', found: '10', expected: 'nothing beside eventSource.provisionedPollers, whose maximum bounds the concurrency: ten invocations a poller' }],
    ['too few pollers',                 faultsOf({ eventSource: { provisionedPollers: { minimum: 1, maximum: 4 } } }), { path: 'eventSource.provisionedPollers.minimum', found: '1', expected: 'a whole number from 2 to 200' }],
    ['too many pollers to stand ready', faultsOf({ eventSource: { provisionedPollers: { minimum: 201, maximum: 400 } } }), { path: 'eventSource.provisionedPollers.minimum', expected: 'a whole number from 2 to 200' }],
    ['too many pollers',                faultsOf({ eventSource: { provisionedPollers: { minimum: 2, maximum: 10_001 } } }), { path: 'eventSource.provisionedPollers.maximum', found: '10001', expected: 'a whole number from 2 to 10000' }],
    ['fewer pollers than the least',    faultsOf({ eventSource: { provisionedPollers: { minimum: 9, maximum: 8 } } }), { path: 'eventSource.provisionedPollers.minimum', found: '9', expected: 'at most eventSource.provisionedPollers.maximum, which is 8' }],
    ['pollers beyond the reserved',     faultsOf({ eventSource: { provisionedPollers: { minimum: 2, maximum: 6 } }, function: { reservedConcurrency: 59 } }), { path: 'eventSource.provisionedPollers.maximum', found: '6', expected: 'at most 5: ten invocations a poller, and function.reservedConcurrency is 59' }],
    ['pollers without a maximum',       faultsOf({ eventSource: { provisionedPollers: { minimum: 9 } } }), { path: 'eventSource.provisionedPollers.maximum', found: 'nothing', expected: 'a whole number from 2 to 10000' }],
    ['AWS’s own name of pollers',       faultsOf({ eventSource: { provisionedPollerConfig: {} } }),       { expected: 'provisionedPollers, with minimum and maximum' }],
    ['senders of an existing queue',    faultsOf({ queue: { url: URL, senders: [] } }),                   { path: 'queue.senders', expected: 'nothing: the queue exists, and the stack does not change it' }],
    ['a sender of another service',     faultsOf({ queue: { senders: [{ service: 'ses', sourceArn: 'x' }] } }), { path: 'queue.senders[0].service', found: '"ses"', expected: 'a service: "sns", "events" or "s3"' }],
    ['a sender without a source',       faultsOf({ queue: { senders: [{ service: 'sns' }] } }),           { path: 'queue.senders[0].sourceArn', found: 'nothing' }],
    ['a sender by another’s ARN',       faultsOf({ queue: { senders: [{ service: 's3', sourceArn: 'arn:aws:sns:eu-central-1:111111111111:t' }] } }), { path: 'queue.senders[0].sourceArn', expected: 'a bucket’s ARN: arn:aws:s3:::NAME' }],
    ['S3 to a FIFO queue',              faultsOf({ queue: { fifo: true, senders: [{ service: 's3', sourceArn: 'arn:aws:s3:::bucket' }] } }), { path: 'queue.senders[0].sourceArn', expected: 'nothing: S3 sends to no FIFO queue; a rule of EventBridge does' }],
    ['a standard topic to a FIFO queue', faultsOf({ queue: { name: 'o.fifo', senders: [{ service: 'sns', sourceArn: 'arn:aws:sns:eu-central-1:111111111111:t' }] } }), { path: 'queue.senders[0].sourceArn', expected: 'a FIFO topic: no other one sends to a FIFO queue' }],
    ['a source twice',                  faultsOf({ queue: { senders: [{ service: 's3', sourceArn: 'arn:aws:s3:::bucket' }, { service: 's3', sourceArn: 'arn:aws:s3:::bucket' }] } }), { path: 'queue.senders[1].sourceArn', expected: 'each source once' }],
    ['a topic of another region',       faultsOf({ queue: { url: URL }, alarms: { topicArn: 'arn:aws:sns:us-east-1:111111111111:t' } }), { path: 'alarms.topicArn', expected: 'one in eu-central-1, the queue’s region' }],
    ['a DLQ of another region',         faultsOf({ queue: { url: URL, deadLetterQueueArn: ARN.replace('eu-central-1', 'us-east-1') } }), { path: 'queue.deadLetterQueueArn' }],
    ['two elements without conditions', faults({ elements: [startEvent(), startEvent({ elementId: 'other', resultVariable: 'm' })] }), { path: 'elements[1].activationCondition', expected: expect.stringContaining('OrderPlaced takes every message too') as never }],
    ['a message name that is FEEL',     faults({ elements: [catchEvent({ correlationPoint: { kind: 'publishMessage', messageName: '=x' } })] }), { path: 'elements[0].correlationPoint.messageName' }],
    ['something unheard of',            faultsOf({ colour: 'blue' }),                                     { expected: 'one of $schema, queue, eventSource, function, alarms, monitoring, encryption, vpc, tags, camunda, idempotency, invalidInput, elements' }],
    ['an unknown kind',                 faultsOfElement({ correlationPoint: { kind: 'start' } }),         { path: 'elements[0].correlationPoint.kind', expected: 'a kind: "createProcessInstance" or "publishMessage"' }],
    ['a missing process',               faultsOfElement({ correlationPoint: { kind: 'createProcessInstance' } }), { path: 'elements[0].correlationPoint.bpmnProcessId', found: 'nothing', expected: 'a string' }],
    ['broken FEEL',                     faultsOfElement({ activationCondition: '=body.type =' }),         { path: 'elements[0].activationCondition', found: '"=body.type ="', expected: expect.stringContaining('a FEEL expression') as never }],
    ['two leading equals signs',        faultsOfElement({ resultExpression: '=={}' }),                    { path: 'elements[0].resultExpression' }],
    ['an expression that is only =',    faultsOfElement({ resultExpression: '=' }),                       { path: 'elements[0].resultExpression' }],
    ['an id for a start event',         faultsOfElement({ messageIdExpression: '=body.id' }),            { path: 'elements[0].messageIdExpression', expected: expect.stringContaining('idempotency “businessId” or “dynamodb”') as never }],
    ['dead letters without a queue',    faultsOf({ queue: { url: URL }, invalidInput: 'deadLetter' }),     { path: 'queue.deadLetterQueueArn', expected: expect.stringContaining('ARN of the dead-letter queue') as never }],
    ['a key for a start event',         faultsOfElement({ correlationKeyExpression: '=1' }),              { path: 'elements[0].correlationKeyExpression', expected: expect.stringContaining('belongs to publishMessage') as never }],
    ['a catch event without a key',     faults({ elements: [catchEvent({ correlationKeyExpression: ' ' })] }), { path: 'elements[0].correlationKeyExpression', expected: expect.stringContaining('needs a correlation key') as never }],
    ['an id that is taken',             faults({ elements: [startEvent(), startEvent()] }),               { path: 'elements[1].elementId', expected: expect.stringContaining('another element') as never }],
    ['URL and ARN',                     faultsOf({ queue: { url: URL, arn: ARN } }),                      { path: 'queue.arn', expected: 'either queue.url or queue.arn, not both' }],
    ['settings of an existing queue',   faultsOf({ queue: { url: URL, maxReceiveCount: 3 } }),            { path: 'queue.maxReceiveCount' }],
    ['a DLQ of a created queue',        faultsOf({ queue: { deadLetterQueueArn: ARN } }),                 { path: 'queue.deadLetterQueueArn' }],
    ['deduplication without FIFO',      faultsOf({ queue: { contentBasedDeduplication: true } }),         { path: 'queue.contentBasedDeduplication' }],
    ['a large batch without a window',  faultsOf({ eventSource: { batchSize: 11 } }),                     { path: 'eventSource.maximumBatchingWindow', expected: expect.stringContaining('at least 1') as never }],
    ['FIFO against the name',           faultsOf({ queue: { name: 'o', fifo: true } }), { path: 'queue.fifo', expected: 'what queue.name says: it ends in .fifo, or it does not' }],
    ['a name of FIFO against it',       faultsOf({ queue: { name: 'o.fifo', fifo: false } }), { path: 'queue.fifo' }],
    ['FIFO of an existing queue',       faultsOf({ queue: { url: `${URL}.fifo`, fifo: true } }), { path: 'queue.fifo', expected: 'nothing: the queue exists, and the stack does not change it' }],
    ['a large batch without a name',    faultsOf({ queue: { fifo: true }, eventSource: { batchSize: 11 } }), { path: 'eventSource.batchSize', expected: 'at most 10 for a FIFO queue' }],
    ['a large batch of a FIFO queue',   faultsOf({ queue: { name: 'o.fifo' }, eventSource: { batchSize: 11 } }), { path: 'eventSource.batchSize', expected: 'at most 10 for a FIFO queue' }],
    ['a window of a FIFO queue',        faultsOf({ queue: { url: `${URL}.fifo` }, eventSource: { maximumBatchingWindow: 1 } }), { path: 'eventSource.maximumBatchingWindow' }],
    ['requests as long as the function', faultsOf({ function: { timeout: 10, requestTimeout: 10 } }),     { path: 'function.requestTimeout', expected: expect.stringContaining('at most 7') as never }],
    ['a short visibility timeout',      faultsOf({ queue: { url: URL, visibilityTimeout: 179 } }),        { path: 'queue.visibilityTimeout', expected: 'at least 180, six times function.timeout and the batching window' }],
    ['a threshold that is none',        faultsOf({ alarms: { throttles: true } }),                        { path: 'alarms.throttles', found: 'true', expected: 'a whole number from 1 to 1000000, or false for no such alarm' }],
    ['a latency beyond any request',    faultsOf({ function: { requestTimeout: 3 }, alarms: { camundaLatency: 3_000 } }), { path: 'alarms.camundaLatency', expected: expect.stringContaining('less than 3000 milliseconds') as never }],
    ['a key’s alias',                   faultsOf({ encryption: { kmsKey: 'alias/orders' } }),             { path: 'encryption.kmsKey', expected: '“create”, or the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID (not of an alias)' }],
    ['a key of another region',         faultsOf({ queue: { url: URL }, encryption: { connectionKmsKey: KEY.replace('eu-central-1', 'us-east-1') } }), { path: 'encryption.connectionKmsKey', expected: 'one in eu-central-1, the queue’s region' }],
    ['a subnet that is none',           faultsOf({ vpc: { subnetIds: ['10.0.0.0/16'], securityGroupIds: ['sg-12345678'] } }), { path: 'vpc.subnetIds[0]', expected: 'a subnet’s id: subnet-…' }],
    ['a VPC without subnets',           faultsOf({ vpc: { subnetIds: [], securityGroupIds: ['sg-12345678'] } }), { path: 'vpc.subnetIds', expected: 'at least one subnet' }],
    ['a VPC without security groups',   faultsOf({ vpc: { subnetIds: ['subnet-12345678'] } }),            { path: 'vpc.securityGroupIds', expected: 'a list' }],
    ['a tag of AWS’s',                  faultsOf({ tags: { 'aws:team': 'x' } }),                          { path: 'tags.aws:team', expected: expect.stringContaining('neither beginning with aws:') as never }],
    ['the stack’s own tag',             faultsOf({ tags: { 'camunda-sqs-bridge': 'x' } }),                { path: 'tags.camunda-sqs-bridge' }],
    ['tags that IAM takes for one',     faultsOf({ tags: { Team: 'x', team: 'y' } }),                     { path: 'tags', expected: expect.stringContaining('upper and lower case') as never }],
    ['too many tags',                   faultsOf({ tags: Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`t${n}`, ''])) }), { path: 'tags', expected: 'at most 48 tags' }],
    ['a path too long for an alarm',    faultsOf({ camunda: `/${'x'.repeat(200)}/` }),                    { path: 'camunda', expected: expect.stringContaining('at most 200 characters') as never }],
    ['a bucket by its address',         faultsOf({ queue: { largePayloads: { bucket: 's3://bodies' } } }), { path: 'queue.largePayloads.bucket', expected: expect.stringContaining('a bucket’s name') as never }],
    ['large payloads without a bucket', faultsOf({ queue: { largePayloads: {} } }),                       { path: 'queue.largePayloads.bucket' }],
    ['bodies larger than are read',     faultsOf({ queue: { largePayloads: { bucket: 'bodies', maximumSize: 16_777_217 } } }), { path: 'queue.largePayloads.maximumSize', expected: 'a whole number from 1 to 16777216' }],
    ['large bodies in little memory',   faultsOf({ queue: { largePayloads: { bucket: 'bodies', maximumSize: 16_777_216 } } }), { path: 'function.memorySize', expected: expect.stringContaining('at least 928, for bodies of') as never }],
    ['a bucket’s key of another region', faultsOf({ queue: { url: URL, largePayloads: { bucket: 'bodies', kmsKey: KEY.replace('eu-central-1', 'us-east-1') } } }), { path: 'queue.largePayloads.kmsKey' }],
    ['a secret by its name',            faultsOf({ camunda: { secretArn: 'camunda' } }),                  { path: 'camunda.secretArn', found: '"camunda"', expected: expect.stringContaining('the whole ARN of a secret, with the six characters') as never }],
    ['a secret’s ARN without its end',  faultsOf({ camunda: { secretArn: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:camunda' } }), { path: 'camunda.secretArn' }],
    ['a secret by another property',    faultsOf({ camunda: { secretArn: SECRET, arn: SECRET } }),        { path: 'camunda.arn', found: 'an unknown property' }],
    ['a secret of another region',      faultsOf({ queue: { url: URL }, camunda: { secretArn: SECRET.replace('eu-central-1', 'us-east-1') } }), { path: 'camunda.secretArn', expected: 'one in eu-central-1, the queue’s region' }],
    ['a connection that is a number',   faultsOf({ camunda: 1 }),                                         { path: 'camunda', found: '1', expected: expect.stringContaining('or { "secretArn": "arn:…" }') as never }],
    ['a key of another region than the queue', faultsOf({ queue: { url: URL }, encryption: { kmsKey: KEY.replace('eu-central-1', 'us-east-1') } }), { path: 'encryption.kmsKey', expected: 'one in eu-central-1, the queue’s region' }],
    ['an alarm on an unknown queue',    faultsOf({ queue: { url: URL }, alarms: { deadLetters: 5 } }),     { path: 'alarms.deadLetters', expected: expect.stringContaining('nobody watches that queue') as never }],
    ['no JSON',                         faults('{'),                                                      { path: '', expected: 'a JSON object' }],
    ['JSON that is no object',          faults('[]'),                                                     { path: '', expected: 'an object' }],
  ]
  for (const [name, found, expected] of FAULTS)
    test(`${name} is told as such, and alone`, () => {
      expect(found).toEqual([expect.objectContaining(expected)])
    })

  test('never comes alone where there are several: all are told at once', () => {
    const all = faults({
      queue: { url: 'orders', pollingWaitTme: 1 },
      eventSource: { batchSize: 0 },
      elements: [{ elementId: 'E', correlationPoint: { kind: 'createProcessInstance' }, activationCondition: '=(', messageTtl: '5m' }],
    })
    expect(all.map(({ path }) => path).toSorted()).toEqual(
      [
        'queue.url',
        'queue.pollingWaitTme',
        'eventSource.batchSize',
        'elements[0].correlationPoint.bpmnProcessId',
        'elements[0].activationCondition',
        'elements[0].messageTtl',
        'elements[0].messageTtl',
      ].toSorted(),
    )
  })

  test('is a line of the error’s message, under the name of the file', () => {
    const error = new ConnectorConfigurationError([{ path: 'a.b', found: '1', expected: '2' }], 'connectors/orders.json')
    expect(error.message).toBe('connectors/orders.json has an error:\n  a.b: found 1; expected 2')
  })
})

// biome-ignore format: a table
test.each([['PT1H', true], ['P1D', true], ['P1DT2H3M4.5S', true], ['pt5m', true], ['PT0S', true], ['P1Y', false], ['P1M', false], ['P1W', false], ['5m', false], ['P', false], ['PT', false], [' PT1H', false], ['PT1H ', false], ['', false], ['-PT1H', true], ['+PT5M', true], ['P1DT-5M', true], ['-PT5M', true], ['PT+1H', true], ['--PT1H', false], ['P-', false]])(
  'the time to live %j is %s', (messageTtl, right) => {
    expect(faults({ elements: [catchEvent({ messageTtl })] }).length === 0).toBe(right)
  })

// biome-ignore format: a table
test.each([
  [{ alarms: { deadLetters: false, ageOfOldestMessage: 60, camundaLatency: false } }],
  [{ encryption: { kmsKey: 'create', connectionKmsKey: KEY } }],
  [{ encryption: { kmsKey: 'arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/mrk-1234567890abcdef1234567890abcdef' } }],
  [{ vpc: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-12345678'] } }],
  [{ tags: { 'cost center': '42', 'Team:Name': '' } }],
])('%j is no fault', (more) => {
  expect(faultsOf(more)).toEqual([])
})

test('blank expressions are none, and no fault', () => {
  expect(faultsOfElement({ activationCondition: ' ', resultExpression: '', resultVariable: '' })).toEqual([])
})

// biome-ignore format: a table
test.each([
  [{ url: URL },                                                                { region: 'eu-central-1', account: '111111111111', name: 'orders', arn: ARN }],
  [{ arn: ARN },                                                                { region: 'eu-central-1', account: '111111111111', name: 'orders', arn: ARN }],
  [{ url: 'https://sqs.cn-north-1.amazonaws.com.cn/111111111111/o.fifo' },      { region: 'cn-north-1', account: '111111111111', name: 'o.fifo', arn: 'arn:aws-cn:sqs:cn-north-1:111111111111:o.fifo' }],
  [{ url: 'https://sqs.us-gov-west-1.amazonaws.com/111111111111/o' },           { region: 'us-gov-west-1', account: '111111111111', name: 'o', arn: 'arn:aws-us-gov:sqs:us-gov-west-1:111111111111:o' }],
  [{ name: 'orders' },                                                          undefined],
  [{ url: 'https://queue.amazonaws.com/111111111111/o' },                       { region: 'us-east-1', account: '111111111111', name: 'o', arn: 'arn:aws:sqs:us-east-1:111111111111:o' }],
  [{ url: 'https://eu-west-1.queue.amazonaws.com/111111111111/o' },             { region: 'eu-west-1', account: '111111111111', name: 'o', arn: 'arn:aws:sqs:eu-west-1:111111111111:o' }],
  [{ url: 'https://sqs-fips.us-east-2.amazonaws.com/111111111111/o' },          { region: 'us-east-2', account: '111111111111', name: 'o', arn: 'arn:aws:sqs:us-east-2:111111111111:o' }],
  [{ url: 'https://sqs.eu-west-1.api.aws/111111111111/o' },                     { region: 'eu-west-1', account: '111111111111', name: 'o', arn: 'arn:aws:sqs:eu-west-1:111111111111:o' }],
])('the queue of %j is %j', (queue, expected) => {
  expect(existingQueue(connector({ queue }))).toEqual(expected)
})

test('a batch is of ten messages, and of one on a FIFO queue unless the configuration says so', () => {
  const batchSize = (queue: object, eventSource = {}) => connector({ queue, eventSource }).eventSource.batchSize
  expect([
    batchSize({}),
    batchSize({ name: 'o.fifo' }),
    batchSize({ fifo: true }),
    batchSize({ name: 'o.fifo' }, { batchSize: 5 }),
  ]).toEqual([10, 1, 1, 5])
})

test('.fifo decides FIFO, and where there is no name queue.fifo', () => {
  expect(
    [
      { url: `${URL}.fifo` },
      { arn: `${ARN}.fifo` },
      { name: 'o.fifo' },
      { fifo: true },
      { url: URL },
      { name: 'fifo' },
      { fifo: false },
      {},
    ].map((queue) => isFifo(connector({ queue }))),
  ).toEqual([true, true, true, true, false, false, false, false])
})

test('whatever a file holds, it is a connector or a list of faults', () => {
  const property = fc.constantFrom(
    'queue',
    'eventSource',
    'elements',
    'function',
    'url',
    'elementId',
    'correlationPoint',
    'kind',
    'activationCondition',
    'x',
    '__proto__',
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(property, tie('tree'), { maxKeys: 5 }),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      try {
        parseConnector(JSON.stringify(value))
      } catch (error) {
        expect(error).toBeInstanceOf(ConnectorConfigurationError)
        expect((error as ConnectorConfigurationError).faults.length).toBeGreaterThan(0)
      }
    }),
  )
})

test('the schema for editors describes every property', () => {
  const undescribed: string[] = []
  const walk = (schema: Record<string, unknown>, path: string) => {
    for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>)) {
      if (!property.description && property.const === undefined) undescribed.push(`${path}${name}`)
      walk(property, `${path}${name}.`)
    }
    for (const part of [schema.items, ...((schema.oneOf ?? schema.anyOf ?? []) as unknown[])])
      if (part) walk(part as Record<string, unknown>, path)
  }
  walk(connectorFileJsonSchema() as Record<string, unknown>, '')
  expect(undescribed).toEqual([])
})

test('connectors/connector.schema.json, by which editors check, is the schema: camunda-sqs-bridge schema makes it', () => {
  const file = readFileSync('connectors/connector.schema.json', 'utf8')
  expect(JSON.parse(file)).toEqual(connectorFileJsonSchema())
})
