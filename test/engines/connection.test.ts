import { spawn, spawnSync } from 'node:child_process'
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { lazySecrets } from '../../lambda/secrets.ts'
import { type HttpService, startHttpService } from '../../local/http-service.ts'
import { connectorFiles, orderPlaced } from '../lib/connector-files.ts'
import { startCamunda } from '../support/camunda.ts'
import { type CommandResult, project, runCommand } from '../support/command.ts'
import { deployOnMoto, REGION } from '../support/connector-on-moto.ts'
import { describeWhere } from '../support/describe-where.ts'
import { describeWithMoto, useMoto } from '../support/moto.ts'

const SECRET = 's3cret-which-nobody-may-tell'
/** As Console has it for download; and what else may be there. */
const CREDENTIALS = `
export ZEEBE_ADDRESS='id.fra-1.zeebe.camunda.io:443'
export ZEEBE_REST_ADDRESS='https://fra-1.zeebe.camunda.io/id'
export ZEEBE_CLIENT_ID='client'
export ZEEBE_CLIENT_SECRET='${SECRET}'
export ZEEBE_AUTHORIZATION_SERVER_URL='https://login.cloud.camunda.io/oauth/token'
export ZEEBE_TOKEN_AUDIENCE='zeebe.camunda.io'
export CAMUNDA_CONSOLE_BASE_URL='https://api.cloud.camunda.io'
`
const SETTINGS = {
  CAMUNDA_REST_ADDRESS: 'https://fra-1.zeebe.camunda.io/id',
  CAMUNDA_CLIENT_ID: 'client',
  CAMUNDA_CLIENT_SECRET: SECRET,
  CAMUNDA_OAUTH_URL: 'https://login.cloud.camunda.io/oauth/token',
  CAMUNDA_TOKEN_AUDIENCE: 'zeebe.camunda.io',
}

let count = 0

describeWithMoto('the connection to Camunda', () => {
  const moto = useMoto()
  const client = () => ({ endpoint: moto().endpoint, region: REGION, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } })
  const environment = () => ({
    AWS_ENDPOINT_URL: moto().endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  })

  async function connect(input: string, ...args: string[]): Promise<CommandResult> {
    const result = await runCommand(['connect', ...args], { env: environment(), input })
    expect(result.out + result.error).not.toContain(SECRET)
    return result
  }

  async function parametersIn(path: string) {
    const { Parameters = [] } = await new SSMClient(client()).send(new GetParametersByPathCommand({ Path: path, WithDecryption: true }))
    return Object.fromEntries(Parameters.map(({ Name = '', Value, Type }) => [Name.slice(path.length), [Value, Type]]))
  }

  async function textOf(secretArn: string): Promise<string | undefined> {
    return (await new SecretsManagerClient(client()).send(new GetSecretValueCommand({ SecretId: secretArn }))).SecretString
  }

  async function newSecret(text = JSON.stringify(SETTINGS)): Promise<string> {
    const Name = `camunda-${++count}`
    const { ARN = '' } = await new SecretsManagerClient(client()).send(new CreateSecretCommand({ Name, SecretString: text }))
    return ARN
  }

  describe('as parameters', () => {
    const newPath = () => `/connect-${++count}/`

    test('is put there from what Console lets one download, by the settings’ own names, and what is secret is encrypted', async () => {
      const path = newPath()
      const { code, out, error } = await connect(CREDENTIALS, '--to', path)
      expect({ code, out }).toEqual({ code: 0, out: `${path} is changed; functions follow within two minutes.\n` })
      expect(error).toContain('left out ZEEBE_ADDRESS: the address of gRPC')
      expect(await parametersIn(path)).toEqual(
        Object.fromEntries(
          Object.entries(SETTINGS).map(([name, value]) => [name, [value, name === 'CAMUNDA_CLIENT_SECRET' ? 'SecureString' : 'String']]),
        ),
      )
    })

    test('is put where the connector’s file says', async () => {
      const path = newPath()
      const connectors = connectorFiles({ 'orders.json': { elements: [orderPlaced], camunda: path } })
      expect(await connect(CREDENTIALS, 'orders', '--connectors', connectors)).toMatchObject({ code: 0 })
      expect(Object.keys(await parametersIn(path))).toHaveLength(5)
    })

    test('of which one changes, keeps the others, is asked about, and says what is there under another name', async () => {
      const path = newPath()
      const put = (name: string, Value: string) =>
        new SSMClient(client()).send(new PutParameterCommand({ Name: `${path}${name}`, Value, Type: 'SecureString' }))
      await connect(CREDENTIALS, '--to', path)
      await put('ZEEBE_CLIENT_SECRET', 'old')
      expect(await connect('CAMUNDA_CLIENT_SECRET=new', '--to', path)).toMatchObject({
        code: 2,
        error: expect.stringContaining('say --yes'),
      })
      expect((await parametersIn(path)).CAMUNDA_CLIENT_SECRET).toEqual([SECRET, 'SecureString'])
      const { code, error } = await connect('CAMUNDA_CLIENT_SECRET=new', '--to', path, '--yes')
      expect(code).toBe(0)
      expect(error).toMatch(/^changed {2}CAMUNDA_CLIENT_SECRET\nZEEBE_CLIENT_SECRET is there as well, and does not count/)
      expect(await parametersIn(path)).toMatchObject({
        CAMUNDA_CLIENT_SECRET: ['new', 'SecureString'],
        CAMUNDA_CLIENT_ID: ['client', 'String'],
      })
      expect(await connect('CAMUNDA_CLIENT_SECRET=new', '--to', path)).toMatchObject({ code: 0, out: `${path} says that already.\n` })
    })

    test('is not encrypted by overwriting, which SSM does not do', async () => {
      const path = newPath()
      await new SSMClient(client()).send(new PutParameterCommand({ Name: `${path}CAMUNDA_CLIENT_SECRET`, Value: 'a', Type: 'String' }))
      expect(await connect(CREDENTIALS, '--to', path, '--yes')).toMatchObject({
        code: 2,
        error: expect.stringContaining(`aws ssm delete-parameters --names ${path}CAMUNDA_CLIENT_SECRET`),
      })
      expect(Object.keys(await parametersIn(path))).toEqual(['CAMUNDA_CLIENT_SECRET'])
    })
  })

  // biome-ignore format: a table
  test.each<[string, string, number, RegExp]>([
    ['lacks a setting',          'CAMUNDA_REST_ADDRESS=https://c.example\nCAMUNDA_CLIENT_ID=a', 1, /CAMUNDA_CLIENT_SECRET is missing;[\s\S]*Nothing was written/],
    ['has a misspelt name',      'CAMUNDA_CLIENT_SECRT=a',                             2, /CAMUNDA_CLIENT_SECRT is no setting: is CAMUNDA_CLIENT_SECRET meant/],
    ['contradicts itself',       'CAMUNDA_CLIENT_ID=a\nZEEBE_CLIENT_ID=b',             2, /ZEEBE_CLIENT_ID and CAMUNDA_CLIENT_ID differ/],
    ['has no address',           'CAMUNDA_REST_ADDRESS=camunda',                       1, /begins with https/],
    ['is empty',                 '',                                                   2, /Nothing that came in is a setting/],
    ['is JSON that breaks off',  `{"CAMUNDA_CLIENT_SECRET": "${SECRET}`,               1, /the secret holds no JSON object/],
  ])('that %s is not written', async (_, input, code, error) => {
    const path = `/refused-${++count}/`
    expect(await connect(input, '--to', path)).toMatchObject({ code, error: expect.stringMatching(error) })
    expect(await parametersIn(path)).toEqual({})
  })

  describe('as a secret', () => {
    test('is created, and its ARN is for the connector’s file', async () => {
      const { code, out } = await connect(CREDENTIALS, '--new-secret', `camunda-${++count}`)
      expect(code).toBe(0)
      const { secretArn } = JSON.parse(/"camunda": (.*)/.exec(out)?.[1] ?? '')
      expect(JSON.parse((await textOf(secretArn)) ?? '')).toEqual(SETTINGS)
    })

    test('of which one setting changes, keeps the others, but for other names of that one', async () => {
      const arn = await newSecret(JSON.stringify({ ...SETTINGS, CAMUNDA_CLIENT_SECRET: undefined, ZEEBE_CLIENT_SECRET: 'old', own: 'b' }))
      expect(await connect('{"CAMUNDA_CLIENT_SECRET": "new"}', '--to', arn)).toMatchObject({ code: 0 })
      expect(JSON.parse((await textOf(arn)) ?? '')).toEqual({ ...SETTINGS, CAMUNDA_CLIENT_SECRET: 'new', own: 'b' })
    })

    test('is read in the version that counts now, by a function which is not deployed anew', async () => {
      const arn = await newSecret('{"a":1}')
      vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', moto().endpoint)
      for (const [name, value] of Object.entries({ ...environment(), POWERTOOLS_PARAMETERS_MAX_AGE: '0' })) vi.stubEnv(name, value)
      onTestFinished(() => void vi.unstubAllEnvs())
      const secrets = lazySecrets()
      expect(await secrets.get(arn)).toBe('{"a":1}')
      await new SecretsManagerClient(client()).send(new PutSecretValueCommand({ SecretId: arn, SecretString: '{"a":2}' }))
      await expect.poll(() => secrets.get(arn)).toBe('{"a":2}')
    })

    test('that is not there is asked for once in a while, and not for every batch', async () => {
      let asked = 0
      const silent = await startHttpService((_request, _body, response) => {
        asked += 1
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end('{"__type":"ResourceNotFoundException"}')
      })
      onTestFinished(() => silent.stop())
      vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', silent.url)
      for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value)
      onTestFinished(() => void vi.unstubAllEnvs())
      const secrets = lazySecrets()
      for (const _ of [1, 2, 3]) await expect(secrets.get('arn')).rejects.toThrow()
      expect(asked).toBe(1)
    })
  })

  describe('of a deployed connector with a secret', () => {
    let camunda: HttpService
    beforeAll(async () => {
      camunda = await startCamunda()
    })
    afterAll(() => camunda?.stop())

    test('is found by doctor, without a word of what is in it', async () => {
      const arn = await newSecret(
        JSON.stringify({ CAMUNDA_REST_ADDRESS: camunda.url, CAMUNDA_BASIC_AUTH_USERNAME: 'bridge', CAMUNDA_BASIC_AUTH_PASSWORD: SECRET }),
      )
      const there = await deployOnMoto(moto(), { elements: [orderPlaced], camunda: { secretArn: arn } })
      const { out, error } = await there.run('doctor', '--json')
      expect(out + error).not.toContain(SECRET)
      const { checks } = JSON.parse(out) as { checks: { check: string; status: string; message: string }[] }
      const told = (name: string) => checks.find(({ check }) => check === name)
      expect(told('connection')).toMatchObject({ status: 'ok', message: expect.stringContaining(`in ${arn}; strategy BASIC`) })
      expect(told('connection.secrets')).toMatchObject({ status: 'ok' })
      expect(told('camunda')).toMatchObject({ status: 'ok' })
    })
  })
})

const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0

describeWhere(hasScript, 'there is no script of util-linux, which makes a terminal', 'at a terminal', () => {
  test('settings are asked for, and a secret is not shown', async () => {
    const put: string[][] = []
    const store = await startHttpService((_request, body, response) => {
      const { Name, Value, Type } = JSON.parse(body.toString())
      if (Name) put.push([Name, Value, Type])
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(Name ? '{"Version":1}' : '{"Parameters":[]}')
    })
    onTestFinished(() => store.stop())
    const called = `${process.execPath} bin/camunda-sqs-bridge.mjs connect --to /typed/`
    const child = spawn('script', ['-qefc', called, '/dev/null'], {
      cwd: project,
      env: {
        PATH: process.env.PATH,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'x',
        AWS_SECRET_ACCESS_KEY: 'x',
        AWS_ENDPOINT_URL_SSM: store.url,
      },
    })
    const answers = ['https://camunda.example', 'https://login.example/token', '', 'a-client', SECRET]
    let shown = ''
    let asked = 0
    child.stdout.on('data', (text) => {
      shown += text
      for (const questions = shown.match(/\): /g)?.length ?? 0; asked < questions; asked++) child.stdin.write(`${answers[asked]}\r`)
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect({ code, asked }).toEqual({ code: 0, asked: 5 })
    expect(shown).toContain('a-client')
    expect(shown).not.toContain(SECRET)
    expect(put).toContainEqual(['/typed/CAMUNDA_CLIENT_SECRET', SECRET, 'SecureString'])
    expect(put).toHaveLength(4)
  })
})
