import { Camunda8 } from '@camunda8/sdk'
import { type Connection, readConnection } from '../../lambda/core/connection-settings.ts'
import { withStrategy } from '../../local/camunda-side.ts'

type RestClient = ReturnType<Camunda8['getCamundaRestClient']>

/** Camunda's SDK, as a client of its own beside the bridge's; silent, and without its own cache of tokens on disk. */
export function camundaRestClient(connection: Connection): RestClient {
  const { settings } = readConnection(connection)
  // This client of the SDK knows a connection by its earlier names alone.
  const earlier = {
    ZEEBE_REST_ADDRESS: settings.CAMUNDA_REST_ADDRESS,
    ZEEBE_CLIENT_ID: settings.CAMUNDA_CLIENT_ID,
    ZEEBE_CLIENT_SECRET: settings.CAMUNDA_CLIENT_SECRET,
    CAMUNDA_ZEEBE_OAUTH_AUDIENCE: settings.CAMUNDA_TOKEN_AUDIENCE,
    CAMUNDA_TOKEN_SCOPE: settings.CAMUNDA_OAUTH_SCOPE,
    CAMUNDA_CUSTOM_ROOT_CERT_STRING: settings.CAMUNDA_MTLS_CA,
  }
  const there = Object.fromEntries(Object.entries(earlier).filter(([, value]) => value !== undefined))
  return new Camunda8({
    ...withStrategy(settings),
    ...there,
    CAMUNDA_TOKEN_DISK_CACHE_DISABLE: true,
    CAMUNDA_LOG_LEVEL: 'none',
  } as never).getCamundaRestClient()
}
