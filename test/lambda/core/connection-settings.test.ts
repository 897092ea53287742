import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type Connection,
  connectionFaults,
  NAMES_WITHOUT_USE,
  namesOf,
  readConnection,
  SETTING_NAMES,
  SETTINGS,
  strategyOf,
} from '../../../lambda/core/connection-settings.ts'

const OAUTH = {
  CAMUNDA_REST_ADDRESS: 'https://camunda.example',
  CAMUNDA_CLIENT_ID: 'id',
  CAMUNDA_CLIENT_SECRET: 's3cret',
  CAMUNDA_OAUTH_URL: 'https://login.example/token',
}

describe('a setting', () => {
  const names = SETTING_NAMES.flatMap((setting) => namesOf(setting).map((name) => [name, setting] as const))

  test.each(names)('is taken by the name %s (%s)', (name, setting) => {
    expect(readConnection({ [name]: ' x ' })).toEqual({
      settings: { [setting]: 'x' },
      names: { [setting]: name },
      strange: [],
      contradicted: [],
    })
  })

  test('of several names has the first, and those which say something else are told', () => {
    const { settings, contradicted } = readConnection({ ZEEBE_CLIENT_ID: 'b', CAMUNDA_CLIENT_ID: 'a', CAMUNDA_CLIENT_AUTH_CLIENTID: 'a' })
    expect(settings).toEqual({ CAMUNDA_CLIENT_ID: 'a' })
    expect(contradicted).toEqual([{ name: 'ZEEBE_CLIENT_ID', by: 'CAMUNDA_CLIENT_ID' }])
  })

  test('that is blank is none, and leaves room for another name', () => {
    expect(readConnection({ CAMUNDA_CLIENT_ID: ' ', ZEEBE_CLIENT_ID: 'a' }).settings).toEqual({ CAMUNDA_CLIENT_ID: 'a' })
  })

  test('has a name which no other one has', () => {
    const all = [...names.map(([name]) => name), ...Object.keys(NAMES_WITHOUT_USE)]
    expect(new Set(all).size).toBe(all.length)
  })
})

test('what Console lets one download is a whole connection', () => {
  const read = readConnection({
    ZEEBE_ADDRESS: 'id.region.zeebe.camunda.io:443',
    ZEEBE_REST_ADDRESS: 'https://region.zeebe.camunda.io/id',
    ZEEBE_GRPC_ADDRESS: 'grpcs://id.region.zeebe.camunda.io:443',
    ZEEBE_CLIENT_ID: 'id',
    ZEEBE_CLIENT_SECRET: 's3cret',
    ZEEBE_AUTHORIZATION_SERVER_URL: 'https://login.cloud.camunda.io/oauth/token',
    ZEEBE_TOKEN_AUDIENCE: 'zeebe.camunda.io',
    CAMUNDA_CLUSTER_ID: 'id',
    CAMUNDA_CLUSTER_REGION: 'region',
    CAMUNDA_CREDENTIALS_SCOPES: 'Zeebe,Tasklist',
    CAMUNDA_OAUTH_URL: 'https://login.cloud.camunda.io/oauth/token',
    CAMUNDA_OPERATE_BASE_URL: 'https://region.operate.camunda.io/id',
    CAMUNDA_CONSOLE_CLIENT_ID: 'x',
  })
  expect([connectionFaults(read), strategyOf(read.settings), read.contradicted]).toEqual([[], 'OAUTH', []])
  expect(read.settings).toMatchObject({ CAMUNDA_CLIENT_ID: 'id', CAMUNDA_REST_ADDRESS: 'https://region.zeebe.camunda.io/id' })
  expect(read.settings.CAMUNDA_OAUTH_SCOPE).toBeUndefined()
})

// biome-ignore format: a table
test.each([
  ['CAMUNDA_CLIENT_SECRT',       'CAMUNDA_CLIENT_SECRET'],
  ['CAMUNDA_CLIENTSECRET',       'CAMUNDA_CLIENT_SECRET'],
  ['camunda_client_secret',      'CAMUNDA_CLIENT_SECRET'],
  ['ZEEBE_CLIENT_SECERT',        'CAMUNDA_CLIENT_SECRET'],
  ['CAMUNDA_SECRET',             'CAMUNDA_CLIENT_SECRET'],
  ['CLIENT_SECRET',              'CAMUNDA_CLIENT_SECRET'],
  ['camunda.client.auth.client-secret', 'CAMUNDA_CLIENT_SECRET'],
  ['CAMUNDA_CLIENT_IDS',         'CAMUNDA_CLIENT_ID'],
  ['CAMUNDA_OAUTH_SCOPES',       'CAMUNDA_OAUTH_SCOPE'],
  ['CAMUNDA_SCOPE',              'CAMUNDA_OAUTH_SCOPE'],
  ['ZEEBE_OAUTH_SCOPE',          'CAMUNDA_OAUTH_SCOPE'],
  ['CAMUNDA_AUDIENCE',           'CAMUNDA_TOKEN_AUDIENCE'],
  ['CAMUNDA_OAUTH_AUDIENCE',     'CAMUNDA_TOKEN_AUDIENCE'],
  ['CAMUNDA_TOKEN_AUDIENCES',    'CAMUNDA_TOKEN_AUDIENCE'],
  ['CAMUNDA_AUTH_URL',           'CAMUNDA_OAUTH_URL'],
  ['CAMUNDA_OAUTH_URI',          'CAMUNDA_OAUTH_URL'],
  ['CAMUNDA_REST_ADRESS',        'CAMUNDA_REST_ADDRESS'],
  ['ZEEBE_REST_ADDRES',          'CAMUNDA_REST_ADDRESS'],
  ['CAMUNDA_AUTH_STRATEGIE',     'CAMUNDA_AUTH_STRATEGY'],
  ['CAMUNDA_BASIC_AUTH_USER',    'CAMUNDA_BASIC_AUTH_USERNAME'],
  ['CAMUNDA_MTLS_CERTS',         'CAMUNDA_MTLS_CERT'],
  ['CAMUNDA_MTLS_PASSPHRASE',    'CAMUNDA_MTLS_KEY_PASSPHRASE'],
])('%s is a mistake where %s is missing, and told beside it where that is there', (name, meant) => {
  const { [meant]: _, ...others } = OAUTH as Connection
  expect(connectionFaults(readConnection({ ...others, [name]: 's3cret' }))).toEqual([
    { name, kind: 'faulty', message: `${name} is no setting`, expected: `is ${meant} meant?` },
  ])
  const both = readConnection({ ...OAUTH, [meant]: OAUTH[meant as keyof typeof OAUTH] ?? 'NONE', [name]: 's3cret' })
  expect([both.strange.map((it) => it.name), connectionFaults(both)]).toEqual([[name], []])
})

test.each(Object.keys(NAMES_WITHOUT_USE))('%s is told, with what to do instead, and keeps nothing from being used', (name) => {
  const read = readConnection({ ...OAUTH, [name]: 'x' })
  expect([read.strange, connectionFaults(read)]).toEqual([[{ name, why: NAMES_WITHOUT_USE[name] }], []])
})

test('names of what has nothing to do with Camunda are nobody’s mistake', () => {
  expect(
    readConnection({ ...OAUTH, OWNER: 'team-a', A_SETTING_1: 'x', CAMUNDA_LOG_LEVEL: 'info', CAMUNDA_OPERATE_BASE_URL: 'x' }).strange,
  ).toEqual([])
})

test.each([
  [{}, 'NONE'],
  [{ CAMUNDA_CLIENT_ID: 'a' }, 'OAUTH'],
  [{ ZEEBE_CLIENT_SECRET: 'a' }, 'OAUTH'],
  [{ CAMUNDA_BASIC_AUTH_PASSWORD: 'a' }, 'BASIC'],
  [{ CAMUNDA_AUTH_STRATEGY: 'none', CAMUNDA_CLIENT_ID: 'a' }, 'NONE'],
  [{ CAMUNDA_AUTH_STRATEGY: 'COOKIE' }, undefined],
  [{ CAMUNDA_AUTH_STRATEGY: 'toString' }, undefined],
] as [Connection, string | undefined][])('the strategy of %o is %s', (connection, strategy) => {
  expect(strategyOf(readConnection(connection).settings)).toBe(strategy)
})

test('docs/CONNECTION.md has every name', () => {
  const rows = readFileSync('docs/CONNECTION.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ') || '–'
  expect(cells).toEqual([
    ...SETTING_NAMES.map((name) => [
      `\`${name}\``,
      code(SETTINGS[name].also),
      `${SETTINGS[name].what}${'isSecret' in SETTINGS[name] ? ' (secret)' : ''}`,
    ]),
    ...Object.entries(NAMES_WITHOUT_USE).map(([name, why]) => [`\`${name}\``, why]),
  ])
})
