import { readFileSync } from 'node:fs'
import { connectorFileJsonSchema } from '../../lib/connector-diagrams.ts'
import { ownFile } from '../own-package.ts'
import { testFileJsonSchema } from '../testing/test-file.ts'

/** A file of a new project, by its path in it. */
export type Files = Readonly<Record<string, string>>

/** Versions of what the project depends on, as its package.json names them. */
export interface Versions {
  readonly [name: string]: string
}

const NAME = 'orders'

/** A project whose tests pass and whose stack is synthesized at once: a connector, its tests, the CDK app that deploys it. */
export function projectFiles(): Files {
  return {
    'README.md': README,
    '.gitignore': 'node_modules/\ncdk.out/\n',
    'cdk.json': jsonText({
      app: 'node app.mts',
    }),
    'tsconfig.json': jsonText({
      compilerOptions: {
        target: 'es2023',
        module: 'nodenext',
        types: ['node'],
        noEmit: true,
        strict: true,
        erasableSyntaxOnly: true,
        skipLibCheck: true,
      },
      include: ['*.mts'],
    }),
    'app.mts': APP,
    [`connectors/${NAME}.json`]: jsonText(CONNECTOR),
    [`connectors/${NAME}.test.json`]: jsonText(TESTS),
    'processes/order.bpmn': readFileSync(ownFile('examples/order.bpmn'), 'utf8'),
    'connectors/connector.schema.json': jsonText(connectorFileJsonSchema()),
    'connectors/connector.test.schema.json': jsonText(testFileJsonSchema()),
    '.github/workflows/test.yml': WORKFLOW,
  }
}

/** What the project needs in its package.json. */
export function packageOf(versions: Versions): PackageJson {
  const named = (...names: string[]) => Object.fromEntries(names.map((name) => [name, versions[name] ?? '*']))
  return {
    private: true,
    engines: { node: '>=22.18' },
    scripts: {
      start: 'camunda-sqs-bridge start --bpmn processes',
      test: 'camunda-sqs-bridge check --strict && camunda-sqs-bridge test',
      synth: 'cdk synth --quiet',
      deploy: 'cdk deploy',
    },
    dependencies: named('aws-cdk-lib', 'camunda-sqs-bridge', 'constructs'),
    devDependencies: named('@types/node', 'aws-cdk', 'typescript'),
  }
}

export type PackageJson = Readonly<Record<string, unknown>>

/** What `npm init` writes where nobody has written a test yet. */
const NO_TEST = 'echo "Error: no test specified" && exit 1'

/** A package.json with what the project needs; what is there stays as it is, but for npm's own stopgap for a test. */
export function withNeeds(present: PackageJson | undefined, needs: PackageJson): PackageJson {
  if (!present) return { name: 'connectors', version: '0.1.0', ...needs }
  const { private: _, ...others } = needs
  const added = Object.entries(others).map(([name, needed]): [string, unknown] => {
    const there = present[name]
    return [name, there === undefined ? needed : { ...(needed as object), ...withoutStopgap(there as PackageJson) }]
  })
  return { ...present, ...Object.fromEntries(added) }
}

function withoutStopgap(part: PackageJson): PackageJson {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== NO_TEST))
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

const CONNECTOR = {
  $schema: './connector.schema.json',
  queue: { messageAttributeNames: ['type'] },
  elements: [
    {
      elementId: 'OrderPlaced',
      correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'example-order' },
      activationCondition: '=messageAttributes.type.stringValue = "OrderPlaced" and body.amount > 0',
      consumeUnmatchedEvents: true,
      resultExpression: '={ orderId: body.id, order: body, sqsMessageId: messageId }',
    },
  ],
}

const TESTS = {
  $schema: './connector.test.schema.json',
  tests: [
    {
      name: 'an order starts the process',
      message: { messageId: 'm-1', messageAttributes: { type: 'OrderPlaced' }, body: { id: 'A-1', amount: 129.9 } },
      expect: {
        outcome: 'ProcessInstanceCreated',
        elementId: 'OrderPlaced',
        variables: { orderId: 'A-1', order: { id: 'A-1', amount: 129.9 }, sqsMessageId: 'm-1' },
      },
    },
    {
      name: 'an order of nothing starts none',
      message: { messageAttributes: { type: 'OrderPlaced' }, body: { id: 'A-2', amount: 0 } },
      expect: { outcome: 'ActivationConditionNotMet', filteredOut: false },
    },
    {
      name: 'a cancellation is filtered out',
      message: { messageAttributes: { type: 'OrderCancelled' }, body: { id: 'A-1' } },
      expect: { filteredOut: true },
    },
  ],
}

const APP = `import { App, Stack } from 'aws-cdk-lib'
import { SqsConnector } from 'camunda-sqs-bridge'

const app = new App()
const stack = new Stack(app, 'Connectors')

// Without a queue of yours it creates one, with its dead-letter queue: queue.grantSendMessages(…) lets somebody send.
new SqsConnector(stack, 'Orders', { name: '${NAME}', connector: SqsConnector.fromFile('connectors/${NAME}.json') })
`

const README = `# Connectors

Messages of Amazon SQS start processes in Camunda 8, by [camunda-sqs-bridge](https://www.npmjs.com/package/camunda-sqs-bridge).

    npm install
    npm test                 checks the connectors, and runs their tests: connectors/*.test.json
    npm start                all of it on this machine, with stand-ins for SQS and Camunda
    npx cdk synth            the stack, which nothing is asked of AWS for
    npx cdk deploy

- \`connectors/orders.json\` is the connector: which messages activate which element, and what Camunda is sent. Editors complete it by
  \`connector.schema.json\`; \`npx camunda-sqs-bridge schema --output connectors/connector.schema.json\` renews that after an update.
- \`connectors/orders.test.json\` has messages, and what is to become of each.
- \`processes/order.bpmn\` is the process which \`npm start\` deploys to the stand-in for Camunda.
- \`app.mts\` is the CDK app.

Before the function can reach Camunda, the parameters below \`/camunda-sqs-bridge/camunda/\` in SSM have to say where it is and who asks.

    npx camunda-sqs-bridge feel 'body.amount > 0' --message message.json
    npx camunda-sqs-bridge explain orders --message message.json
    npx camunda-sqs-bridge --help
`

const WORKFLOW = `name: test
on: [push, pull_request]
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
          cache: npm
      - run: npm ci
      - run: npm test
      - run: npx cdk synth --quiet
`
