import leven from 'leven'
import { jsonObject } from './json-object.ts'

/**
 * The settings of a connection to Camunda by all names which Camunda's SDK, its clients and the download of Console have for them: the one place
 * which knows them. docs/CONNECTION.md is its table.
 */

/** Parameters of a connection, by whatever name they were put there. */
export type Connection = Readonly<Record<string, string>>

/** The name which we, and Camunda's client, call a setting by. */
export type SettingName = keyof typeof SETTINGS

/** The settings which there are, by their own names. */
export type Settings = { readonly [Name in SettingName]?: string }

interface Setting {
  /** Further names, the first of which that is there counts. */
  readonly also: readonly string[]
  readonly isSecret?: true
  readonly what: string
}

export const SETTINGS = {
  CAMUNDA_REST_ADDRESS: {
    also: ['ZEEBE_REST_ADDRESS', 'CAMUNDA_CLIENT_RESTADDRESS'],
    what: 'its REST address, with or without `/v2`',
  },
  CAMUNDA_AUTH_STRATEGY: { also: [], what: '`OAUTH`, `BASIC` or `NONE`; without it, what the credentials that are there ask for' },
  CAMUNDA_OAUTH_URL: {
    also: ['ZEEBE_AUTHORIZATION_SERVER_URL', 'CAMUNDA_CLIENT_AUTH_TOKENURL'],
    what: 'the token provider’s URL',
  },
  CAMUNDA_CLIENT_ID: { also: ['ZEEBE_CLIENT_ID', 'CAMUNDA_CLIENT_AUTH_CLIENTID'], what: 'the client’s id at the provider' },
  CAMUNDA_CLIENT_SECRET: {
    also: ['ZEEBE_CLIENT_SECRET', 'CAMUNDA_CLIENT_AUTH_CLIENTSECRET'],
    isSecret: true,
    what: 'the client’s secret',
  },
  CAMUNDA_TOKEN_AUDIENCE: {
    also: ['CAMUNDA_ZEEBE_OAUTH_AUDIENCE', 'ZEEBE_TOKEN_AUDIENCE', 'CAMUNDA_CLIENT_AUTH_AUDIENCE'],
    what: 'audience',
  },
  CAMUNDA_OAUTH_SCOPE: {
    also: ['CAMUNDA_TOKEN_SCOPE', 'ZEEBE_TOKEN_SCOPE', 'CAMUNDA_CLIENT_AUTH_SCOPE'],
    what: 'scope',
  },
  CAMUNDA_OAUTH_GRANT_TYPE: { also: [], what: '`client_credentials` without it' },
  CAMUNDA_OAUTH_TIMEOUT_MS: { also: [], what: 'how long the provider may take; 3000' },
  CAMUNDA_OAUTH_RETRY_MAX: { also: [], what: 'how often the provider is asked, the first time included; 2' },
  CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS: { also: [], what: 'the pause before it is asked again; 200' },
  CAMUNDA_BASIC_AUTH_USERNAME: { also: ['CAMUNDA_CLIENT_AUTH_USERNAME'], what: 'of strategy `BASIC`' },
  CAMUNDA_BASIC_AUTH_PASSWORD: { also: ['CAMUNDA_CLIENT_AUTH_PASSWORD'], isSecret: true, what: 'of strategy `BASIC`' },
  CAMUNDA_MTLS_CA: { also: ['CAMUNDA_CUSTOM_ROOT_CERT_STRING'], what: 'PEM text of a private authority, trusted beside the public ones' },
  CAMUNDA_MTLS_CERT: { also: [], what: 'PEM text of the certificate that the client shows' },
  CAMUNDA_MTLS_KEY: { also: [], isSecret: true, what: 'PEM text of its key' },
  CAMUNDA_MTLS_KEY_PASSPHRASE: { also: [], isSecret: true, what: 'of an encrypted key' },
} as const satisfies Readonly<Record<string, Setting>>

const FILES = 'a function has no such file: put its PEM text into'

/** Names of Camunda's which mean something to others, or nothing here, and what to do about each. */
export const NAMES_WITHOUT_USE: Readonly<Record<string, string>> = {
  CAMUNDA_MTLS_CA_PATH: `${FILES} CAMUNDA_MTLS_CA`,
  CAMUNDA_MTLS_CERT_PATH: `${FILES} CAMUNDA_MTLS_CERT`,
  CAMUNDA_MTLS_KEY_PATH: `${FILES} CAMUNDA_MTLS_KEY`,
  CAMUNDA_CUSTOM_ROOT_CERT_PATH: `${FILES} CAMUNDA_MTLS_CA`,
  CAMUNDA_CUSTOM_CERT_CHAIN_PATH: `${FILES} CAMUNDA_MTLS_CERT`,
  CAMUNDA_CUSTOM_PRIVATE_KEY_PATH: `${FILES} CAMUNDA_MTLS_KEY`,
  ZEEBE_CA_CERTIFICATE_PATH: `${FILES} CAMUNDA_MTLS_CA`,
  ZEEBE_ADDRESS: 'the address of gRPC, which nothing here speaks: CAMUNDA_REST_ADDRESS is the other one',
  CAMUNDA_GRPC_ADDRESS: 'the address of gRPC, which nothing here speaks: CAMUNDA_REST_ADDRESS is the other one',
  CAMUNDA_CLIENT_GRPCADDRESS: 'the address of gRPC, which nothing here speaks: CAMUNDA_REST_ADDRESS is the other one',
  ZEEBE_GRPC_ADDRESS: 'the address of gRPC, which nothing here speaks: CAMUNDA_REST_ADDRESS is the other one',
  ZEEBE_INSECURE_CONNECTION: 'whether there is TLS is said by CAMUNDA_REST_ADDRESS, https:// or http://',
  CAMUNDA_SECURE_CONNECTION: 'whether there is TLS is said by CAMUNDA_REST_ADDRESS, https:// or http://',
  CAMUNDA_OAUTH_DISABLED: 'CAMUNDA_AUTH_STRATEGY NONE says it',
  CAMUNDA_OAUTH_TOKEN: 'a token of one’s own would expire: CAMUNDA_AUTH_STRATEGY OAUTH fetches one',
  CAMUNDA_COOKIE_AUTH_URL: 'CAMUNDA_AUTH_STRATEGY BASIC has the same user and password',
  CAMUNDA_COOKIE_AUTH_USERNAME: 'CAMUNDA_AUTH_STRATEGY BASIC has CAMUNDA_BASIC_AUTH_USERNAME',
  CAMUNDA_COOKIE_AUTH_PASSWORD: 'CAMUNDA_AUTH_STRATEGY BASIC has CAMUNDA_BASIC_AUTH_PASSWORD',
  CAMUNDA_CLIENT_AUTH_METHOD: 'CAMUNDA_AUTH_STRATEGY says it: OAUTH, BASIC or NONE',
  CAMUNDA_CLIENT_MODE: 'CAMUNDA_REST_ADDRESS and CAMUNDA_AUTH_STRATEGY say it',
  CAMUNDA_TENANT_ID: 'each element of the connector has its tenantId',
  CAMUNDA_DEFAULT_TENANT_ID: 'each element of the connector has its tenantId',
  CAMUNDA_CREDENTIALS_SCOPES: 'what Console allows the client; no scope of OAuth',
  CAMUNDA_CLUSTER_ID: 'it is a part of CAMUNDA_REST_ADDRESS',
  CAMUNDA_CLUSTER_REGION: 'it is a part of CAMUNDA_REST_ADDRESS',
  CAMUNDA_CLIENT_CLOUD_CLUSTERID: 'it is a part of CAMUNDA_REST_ADDRESS',
  CAMUNDA_CLIENT_CLOUD_REGION: 'it is a part of CAMUNDA_REST_ADDRESS',
}

/** Families of names which are of no use here, and no mistake either. */
const OF_OTHERS = [
  /^CAMUNDA_(CONSOLE|OPERATE|TASKLIST|OPTIMIZE|MODELER)_/,
  /^CAMUNDA_(SDK|SUPPORT_LOG|JOB_WORKER|WORKER)/,
  /^CAMUNDA_(LOG_LEVEL|CUSTOM_USER_AGENT_STRING|REST_API_VERSION|LOAD_ENVFILE|TOKEN_CACHE_DIR|TOKEN_DISK_CACHE_DISABLE)$/,
  /^CAMUNDA_OAUTH_(CACHE_DIR|FAIL_ON_ERROR|TOKEN_REFRESH_THRESHOLD_MS)$/,
  /^ZEEBE_(CLIENT_LOG_|GRPC_(?!ADDRESS$))/,
]

/** What is said of a name that is no setting. */
export interface StrangeName {
  readonly name: string
  readonly why: string
  /** The setting which it is taken for, misspelt. */
  readonly meant?: SettingName
}

export interface ReadConnection {
  readonly settings: Settings
  /** Names of settings as they are there, as `CAMUNDA_CLIENT_ID` or `ZEEBE_CLIENT_ID`. */
  readonly names: { readonly [Name in SettingName]?: string }
  readonly strange: readonly StrangeName[]
  /** Names which say something else than another one of the same setting, which counts. */
  readonly contradicted: readonly { readonly name: string; readonly by: string }[]
}

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

export const SECRETS = SETTING_NAMES.filter((name) => 'isSecret' in SETTINGS[name])

/** Whether what is by this name is for nobody to read. A name that is none of ours may be a secret's, misspelt. */
export function isSecret(name: string): boolean {
  const setting = settingOf(name)
  return setting ? SECRETS.includes(setting) : /SECRET|PASSWORD|PASSPHRASE|TOKEN$|KEY$/i.test(name)
}

export function namesOf(setting: SettingName): readonly string[] {
  return [setting, ...SETTINGS[setting].also]
}

const ALL_NAMES = new Map(SETTING_NAMES.flatMap((setting) => namesOf(setting).map((name) => [name, setting] as const)))

/** The setting which a name is one of. */
export function settingOf(name: string): SettingName | undefined {
  return ALL_NAMES.get(name)
}

/**
 * The parameters which a secret holds: a JSON object of their names. Its text is told by no error.
 * @throws {Error} where it is no such object, or has something else than texts, numbers and booleans in it
 */
export function connectionInSecret(text: string): Connection {
  const secret = jsonObject(text)
  if (!secret) throw new Error('the secret holds no JSON object, {"CAMUNDA_REST_ADDRESS": "https://…", …}')
  const wrong = Object.keys(secret).filter((name) => !['string', 'number', 'boolean'].includes(typeof secret[name]))
  if (wrong.length > 0) throw new Error(`of the secret ${wrong.join(', ')} must be a text`)
  return Object.fromEntries(Object.entries(secret).map(([name, value]) => [name, String(value)]))
}

/** The settings in the parameters of a connection, and what there is besides. A blank one is none. */
export function readConnection(connection: Connection): ReadConnection {
  const there = Object.entries(connection).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()] as const]))
  const values = new Map(there)
  const named = SETTING_NAMES.flatMap((setting) => {
    const [name, ...others] = namesOf(setting).filter((it) => values.has(it))
    return name === undefined ? [] : [{ setting, name, others }]
  })
  const names = Object.fromEntries(named.map(({ setting, name }) => [setting, name]))
  return {
    settings: Object.fromEntries(named.map(({ setting, name }) => [setting, values.get(name)])),
    names,
    strange: [...values.keys()].filter((name) => !ALL_NAMES.has(name) && !isOfOthers(name)).flatMap((name) => strange(name) ?? []),
    contradicted: named.flatMap(({ name: by, others }) =>
      others.filter((name) => values.get(name) !== values.get(by)).map((name) => ({ name, by })),
    ),
  }
}

function isOfOthers(name: string): boolean {
  return OF_OTHERS.some((family) => family.test(name))
}

/** Undefined of a name which is like none of Camunda's: whatever it is for, it is not meant for us. */
function strange(name: string): StrangeName | undefined {
  const why = NAMES_WITHOUT_USE[name]
  if (why !== undefined) return { name, why }
  const [nearest = '', distance] = nearestTo(name)
  const meant = settingOf(nearest)
  if (distance > NEAR && !/^(CAMUNDA|ZEEBE)/i.test(name)) return undefined
  return { name, why: `no setting; the nearest is ${nearest}`, ...(distance <= NEAR && meant && { meant }) }
}

/** Of what is as far from a name as this, or nearer, it is a misspelling. */
const NEAR = 0.3

/** By letters, whatever the case and the separators; a name whose words are all in another's is near as well. */
function nearestTo(name: string): [name: string, distance: number] {
  const own = bare(name)
  const distances = [...ALL_NAMES.keys(), ...Object.keys(NAMES_WITHOUT_USE)].map((known): [string, number] => {
    const other = bare(known)
    const distance = Math.min(leven(own, other) / Math.max(own.length, other.length), isPartOf(own, other) ? NEAR : 1)
    return [known, distance]
  })
  return distances.toSorted(([, one], [, other]) => one - other)[0] ?? ['', 1]
}

function bare(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^(CAMUNDA|ZEEBE)_/, '')
}

function isPartOf(own: string, other: string): boolean {
  const words = new Set(other.split('_'))
  return own.split('_').every((word) => words.has(word))
}

/** What each strategy needs beside the address. */
const NEEDED = {
  NONE: [],
  OAUTH: ['CAMUNDA_CLIENT_ID', 'CAMUNDA_CLIENT_SECRET', 'CAMUNDA_OAUTH_URL'],
  BASIC: ['CAMUNDA_BASIC_AUTH_USERNAME', 'CAMUNDA_BASIC_AUTH_PASSWORD'],
} as const satisfies Readonly<Record<string, readonly SettingName[]>>

export type Strategy = keyof typeof NEEDED

/** The strategy which is named, or which the credentials ask for; a text where there is none of that name. */
export function strategyOf(settings: Settings): Strategy | undefined {
  const named = settings.CAMUNDA_AUTH_STRATEGY?.toUpperCase()
  if (named !== undefined) return named in NEEDED ? (named as Strategy) : undefined
  const hasOf = (strategy: Strategy) => NEEDED[strategy].some((name) => settings[name])
  return hasOf('OAUTH') ? 'OAUTH' : hasOf('BASIC') ? 'BASIC' : 'NONE'
}

export const STRATEGIES = Object.keys(NEEDED)

/** What is wrong with a connection, and at which name. No value is told: an address may hold credentials. */
export interface ConnectionFault {
  readonly name: string
  readonly kind: 'missing' | 'faulty'
  readonly message: string
  readonly expected: string
}

/** All that keeps a connection from being used. */
export function connectionFaults({ settings, names, strange }: ReadConnection): ConnectionFault[] {
  const misspelt = strange.flatMap(({ name, meant }) =>
    meant && settings[meant] === undefined
      ? [{ name, kind: 'faulty' as const, message: `${name} is no setting`, expected: `is ${meant} meant?` }]
      : [],
  )
  if (misspelt.length > 0) return misspelt
  const strategy = strategyOf(settings)
  if (strategy === undefined)
    return [
      {
        name: names.CAMUNDA_AUTH_STRATEGY ?? 'CAMUNDA_AUTH_STRATEGY',
        kind: 'faulty',
        message: 'CAMUNDA_AUTH_STRATEGY names no strategy which there is',
        expected: `it must be one of ${STRATEGIES.join(', ')}`,
      },
    ]
  const needed: readonly SettingName[] = ['CAMUNDA_REST_ADDRESS', ...NEEDED[strategy]]
  const missing = needed.filter((name) => !settings[name])
  if (missing.length > 0)
    return missing.map((name) => ({
      name,
      kind: 'missing',
      message: `${name} is missing`,
      expected: name === 'CAMUNDA_REST_ADDRESS' ? 'the cluster’s REST address' : `needed for CAMUNDA_AUTH_STRATEGY ${strategy}`,
    }))
  const addresses = (['CAMUNDA_REST_ADDRESS', 'CAMUNDA_OAUTH_URL'] as const).filter((name) => needed.includes(name))
  return [
    ...addresses.flatMap((address) => {
      const name = names[address] ?? address
      const why = faultOfUrl(settings[address] ?? '')
      return why ? [{ name, kind: 'faulty' as const, message: `${name} ${why}`, expected: 'https://HOST/PATH' }] : []
    }),
    ...COUNTS.filter((name) => !/^\d{0,9}$/.test(settings[name] ?? '')).map((name) => ({
      name,
      kind: 'faulty' as const,
      message: `${name} is no whole number`,
      expected: 'digits and nothing else',
    })),
  ]
}

const COUNTS = ['CAMUNDA_OAUTH_TIMEOUT_MS', 'CAMUNDA_OAUTH_RETRY_MAX', 'CAMUNDA_OAUTH_RETRY_BASE_DELAY_MS'] as const

function faultOfUrl(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) return 'is no URL that begins with https:// or http://'
  return url.username || url.password ? 'holds credentials; they belong into parameters of their own' : undefined
}

/** The address of the API's version 2; `/v2` may be there already. */
export function apiAddress({ CAMUNDA_REST_ADDRESS: address = '' }: Settings): string {
  const bare = address.replace(/\/+$/, '')
  return /\/v2$/i.test(bare) ? bare : `${bare}/v2`
}

/** For Camunda's own client, which the tools use: it would send a creation again after a reset, and queue by itself. */
export const ONE_ATTEMPT = {
  CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS: 1,
  CAMUNDA_SDK_BACKPRESSURE_PROFILE: 'LEGACY',
  CAMUNDA_SDK_VALIDATION: 'req:none,res:none',
  CAMUNDA_SDK_LOG_LEVEL: 'silent',
} as const

/** TLS is ours: the client would refuse an authority without a certificate, and use neither. */
export function clientEnvironment(settings: Settings): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !name.startsWith('CAMUNDA_MTLS_')))
}
