import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { connectorJsonSchema, parseConnector } from '../../lambda/core/connector.ts'
import { functionPermissions, type Permission, updaterPermissions } from '../../lib/permissions.ts'
import { orderPlaced } from './connector-files.ts'

const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const everything = parseConnector(
  JSON.stringify({
    queue: { largePayloads: { bucket: 'bodies', kmsKey: KEY } },
    function: { tracing: 'active' },
    invalidInput: 'deadLetter',
    idempotency: 'dynamodb',
    encryption: { kmsKey: KEY, connectionKmsKey: KEY },
    vpc: { subnetIds: ['subnet-11111111'], securityGroupIds: ['sg-11111111'] },
    elements: [orderPlaced],
  }),
)
const resources = {
  logGroupArn: 'log',
  queueArn: 'queue',
  deadLetterQueueArn: 'dead letters',
  connectorParameterArn: 'connector',
  filterParameterArn: 'filter',
  connectionArn: 'connection',
  tableArn: 'table',
  queueKeyArn: KEY,
  deadLetterQueueKeyArn: KEY,
  tableKeyArn: KEY,
  isInVpc: true,
  partition: 'aws',
  serviceDomain: 'eu-central-1.amazonaws.com',
  anyFunctionArn: 'any function',
  mappingArn: 'mapping',
  functionArn: 'function',
  failedEventsArn: 'failed events',
}

/** The rows of a table in a document, the table being named by the sentence before it. */
function rowsAfter(document: string, sentence: string): string[][] {
  const [, after = ''] = readFileSync(document, 'utf8').split(sentence)
  const [, table = ''] = /\n((?:\|.*\n)+)/.exec(after) ?? []
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

const INSTEAD: Readonly<Record<string, string>> = { ReadConnection: 'ReadSecret', DecryptConnection: 'DecryptSecret' }

const codes = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

const withSecret = { ...everything, camunda: { secretArn: 'secret' } }

/** With one key of both queues, and what is added where there are two. */
function everyPermission(): Permission[] {
  const permissions = functionPermissions(everything, resources)
  // What is there in the place of another permission follows it.
  const instead = (sid: string) => functionPermissions(withSecret, resources).find((other) => other.sid === INSTEAD[sid])
  const withTwoKeys = functionPermissions(everything, { ...resources, deadLetterQueueKeyArn: 'key of the dead letters' })
  const all = withTwoKeys.map((permission) => permissions.find(({ sid }) => sid === permission.sid) ?? permission)
  return all.flatMap((permission) => [permission, ...(instead(permission.sid) ? [instead(permission.sid) as Permission] : [])])
}

test.each<[string, string, Permission[]]>([
  ['the function', "The function (`RoleArn` among the stack's outputs):", everyPermission()],
  ['the updater', 'The updater of the event-source mapping (`UpdaterRoleArn`):', updaterPermissions(resources)],
])('docs/SECURITY.md tells each permission of %s, with its actions and why, and no other', (_, sentence, permissions) => {
  const told = rowsAfter('docs/SECURITY.md', sentence).map(([statement, actions, , why]) => ({
    sid: codes(statement)[0],
    actions: codes(actions),
    why,
  }))
  expect(told).toEqual(permissions.map(({ sid, effect, actions, why }) => ({ sid, actions: effect ? [] : actions, why })))
})

test('docs/OPERATING.md tells each threshold with its default', () => {
  const { properties } = connectorJsonSchema() as { properties: { alarms: { properties: Record<string, { default?: number }> } } }
  const { topicArn: _, runbookUrl: __, ...thresholds } = properties.alarms.properties
  const told = rowsAfter('docs/OPERATING.md', '## Thresholds').flatMap(([names, value = '']) =>
    codes(names).map((name) => [name, /^\d+$/.test(value) ? Number(value) : undefined]),
  )
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(Object.entries(thresholds).map(([name, schema]) => [name, schema.default])))
})
