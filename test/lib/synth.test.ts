import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { connectorFiles, ORDERS_ARN, ORDERS_URL, orderPlaced, orderPlacedOnly, paymentReceived } from './connector-files.ts'

const KEYS = 'arn:aws:kms:eu-central-1:111111111111:key'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** Runs the real `cdk synth`, as someone without AWS credentials and configuration would. */
async function synth(connectors: string, ...args: string[]) {
  const out = mkdtempSync(join(tmpdir(), 'synth-'))
  onTestFinished(() => rmSync(out, { recursive: true }))
  const cdk = spawn(
    process.execPath,
    ['node_modules/aws-cdk/bin/cdk', 'synth', '--no-notices', '--output', out, '--context', `connectors=${connectors}`, ...args],
    {
      cwd: project,
      env: { PATH: process.env.PATH, HOME: out, AWS_EC2_METADATA_DISABLED: 'true', CDK_DISABLE_VERSION_CHECK: 'true', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const exit = new Promise((resolve) => cdk.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(cdk.stdout), text(cdk.stderr), exit])
  const validation = () => JSON.parse(readFileSync(join(out, 'validation-report.json'), 'utf8'))
  return {
    code,
    stdout,
    stderr,
    validation,
    template: (name: string) => JSON.parse(readFileSync(join(out, `${name}.template.json`), 'utf8')),
  }
}

test('cdk synth makes a stack of every connector, without credentials', { timeout: 120_000 }, async () => {
  const queue = (name: string) => ({ url: `https://sqs.eu-central-1.amazonaws.com/111111111111/${name}` })
  const connectors = {
    'a-created': { elements: [orderPlaced] },
    'b-created-by-name': { queue: { name: 'orders' }, elements: [orderPlaced] },
    'c-created-fifo': { queue: { name: 'orders.fifo', contentBasedDeduplication: true }, elements: [paymentReceived] },
    'd-by-url': { $schema: './connector.schema.json', queue: { url: ORDERS_URL }, elements: [orderPlaced] },
    'e-by-arn': { queue: { arn: `${ORDERS_ARN}-2` }, elements: [orderPlaced] },
    'f-fifo-by-url': { queue: queue('payments.fifo'), elements: [paymentReceived] },
    'g-fifo-by-arn': { queue: { arn: `${ORDERS_ARN}-2.fifo` }, elements: [orderPlacedOnly] },
    'h-message-start': {
      queue: queue('h'),
      elements: [{ elementId: 'Start', correlationPoint: { kind: 'publishMessage', messageName: 'start' } }],
    },
    'i-message': { queue: queue('i'), elements: [{ ...paymentReceived, messageIdExpression: '=body.id', messageTtl: 'PT5M' }] },
    'j-several': { queue: queue('j'), elements: [orderPlacedOnly, paymentReceived] },
    'k-settings': {
      queue: { ...queue('k'), visibilityTimeout: 605, deadLetterQueueArn: `${ORDERS_ARN}-dead` },
      eventSource: { batchSize: 1_000, maximumBatchingWindow: 5, maximumConcurrency: 50 },
      function: { timeout: 100, requestTimeout: 20, memorySize: 1_769, reservedConcurrency: 50, logRetention: 365, logLevel: 'WARN' },
      alarms: { topicArn: 'arn:aws:sns:eu-central-1:111111111111:alarms', ageOfOldestMessage: 60 },
      camunda: '/team/camunda/',
      elements: [orderPlacedOnly],
    },
    'm-own-key': { encryption: { kmsKey: 'create' }, invalidInput: 'deadLetter', idempotency: 'dynamodb', elements: [orderPlaced] },
    'n-given-key': {
      queue: queue('n'),
      encryption: {
        kmsKey: `${KEYS}/1234abcd-12ab-34cd-56ef-1234567890ab`,
        connectionKmsKey: `${KEYS}/mrk-1234567890abcdef1234567890abcdef`,
      },
      elements: [orderPlaced],
    },
    'l-bodies': {
      queue: { ...queue('lb'), largePayloads: { bucket: 'bodies', kmsKey: `${KEYS}/1234abcd-12ab-34cd-56ef-1234567890ab` } },
      elements: [orderPlaced],
    },
    'l-traces': {
      queue: queue('lt'),
      function: { tracing: 'traceparent' },
      vpc: { subnetIds: ['subnet-11111111'], securityGroupIds: ['sg-33333333'] },
      elements: [orderPlaced],
    },
    'l-secret': {
      queue: queue('l'),
      camunda: { secretArn: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:camunda-AbC123' },
      encryption: { connectionKmsKey: `${KEYS}/1234abcd-12ab-34cd-56ef-1234567890ab` },
      elements: [orderPlaced],
    },
    'o-vpc': {
      queue: queue('o'),
      vpc: { subnetIds: ['subnet-11111111', 'subnet-22222222'], securityGroupIds: ['sg-33333333'] },
      tags: { team: 'orders' },
      elements: [orderPlaced],
    },
    'p-few-alarms': {
      queue: queue('p'),
      alarms: { ambiguous: 10, throttles: false, everythingFilteredOut: false },
      elements: [orderPlacedOnly],
    },
    'l-china': { queue: { url: 'https://sqs.cn-north-1.amazonaws.com.cn/111111111111/orders' }, elements: [orderPlaced] },
  }
  const files = Object.fromEntries(Object.entries(connectors).map(([name, connector]) => [`${name}.json`, connector]))
  const { code, stdout, stderr, validation, template } = await synth(connectorFiles(files), 'j-several')

  expect(stderr).not.toMatch(/\[(warning|error)|^ERROR/m)
  expect(code).toBe(0)
  // AWS's rules for solutions are part of the synth, and find nothing: what there is are findings of the connectors.
  const { pluginReports } = validation()
  expect(pluginReports.map(({ pluginName }: { pluginName: string }) => pluginName)).toEqual(['Construct Annotations'])
  for (const { ruleName, severity } of pluginReports[0].violations)
    expect([severity, ruleName]).toEqual(['warning', expect.stringMatching(/^Annotation::camunda-sqs-bridge:\w+$/)])
  for (const name of Object.keys(connectors)) {
    expect(stderr).toMatch(new RegExp(`^${name}: `, 'm'))
    expect(Object.values<{ Type: string }>(template(name).Resources).map(({ Type }) => Type)).toContain('AWS::Lambda::EventSourceMapping')
  }
  expect(stdout).toMatch(/^Description: Camunda's Amazon SQS inbound connector j-several/)
  expect(stdout).not.toContain('filter criteria;')
  expect(stderr).toContain('    {"messageAttributes":{"type":{"stringValue":["OrderPlaced","Payment"]}}}\n')
})

test.each([
  ['a finding', {}, 1, '^  warning: alarms.topicArn: there is none'],
  ['none', { alarms: { topicArn: 'arn:aws:sns:eu-central-1:111111111111:alarms' } }, 0, '^orders: creates the queue'],
])('with --strict, cdk synth of a connector with %s prints it and ends so', { timeout: 60_000 }, async (_, more, status, told) => {
  const { code, stderr } = await synth(connectorFiles({ 'orders.json': { elements: [orderPlaced], ...more } }), '--strict', '--quiet')
  expect(stderr).toMatch(new RegExp(told, 'm'))
  expect(code).toBe(status)
})

test('what the synth acknowledges of AWS’s rules is in the template, each with its reason', { timeout: 60_000 }, async () => {
  const vpc = { subnetIds: ['subnet-11111111'], securityGroupIds: ['sg-33333333'] }
  const { code, template } = await synth(
    connectorFiles({ 'a.json': { elements: [orderPlaced] }, 'b.json': { vpc, elements: [orderPlaced] } }),
  )
  expect(code).toBe(0)
  const acknowledged = (name: string) =>
    Object.values<{ Metadata?: { cdk_nag?: { rules_to_suppress: { id: string; reason: string }[] } } }>(template(name).Resources).flatMap(
      ({ Metadata }) => Metadata?.cdk_nag?.rules_to_suppress ?? [],
    )
  // The queue of failed events, and its policy.
  expect([...new Set(acknowledged('a').map(({ id }) => id))]).toEqual(['AwsSolutions-SQS3'])
  const findings = new Map(acknowledged('b').map(({ id, reason }) => [id, reason]))
  expect([...findings.keys()].every((id) => id === 'AwsSolutions-SQS3' || id.startsWith('AwsSolutions-IAM5'))).toBe(true)
  expect([...findings.values()].join()).toContain('as AWS’s managed policy for it has them')
})

test('cdk synth tells the faults of all connectors, and nothing else of its own', { timeout: 60_000 }, async () => {
  const directory = connectorFiles({
    'good.json': { elements: [orderPlaced] },
    'orders.json': { queue: { url: ORDERS_URL }, elements: [{ ...orderPlaced, activationCondition: '=a +' }] },
    'payments.json': { queu: {}, elements: [] },
  })
  const { code, stdout, stderr } = await synth(directory)
  expect(code).not.toBe(0)
  expect(stdout).toBe('')
  expect(stderr).toContain(
    `${join(directory, 'orders.json')} has an error:\n  elements[0].activationCondition: found "=a +"; expected a FEEL expression`,
  )
  expect(stderr).toContain(`${join(directory, 'payments.json')} has 2 errors:\n`)
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(stderr).not.toContain('good: ')
  expect(stderr).toContain('exited with error 1')
})

test('cdk synth says so where there is no connector', { timeout: 60_000 }, async () => {
  const { code, stderr } = await synth(connectorFiles({}))
  expect(code).not.toBe(0)
  expect(stderr).toMatch(/^No connector: .* has no \*\.json\./m)
})
