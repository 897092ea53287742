import { createCamundaClient } from '@camunda8/orchestration-cluster-api'
import { type Connection, clientEnvironment, readConnection, strategyOf } from '../../lambda/core/connection-settings.ts'
import { isAtLeast } from '../camunda/camunda-version.ts'
import { type StandInOptions, startStandIn } from '../camunda/stand-in.ts'

/** Camunda, as a row finds it. */
export interface RowCamunda {
  readonly restAddress: string
  /** The header by which it knows who asks; undefined where it does not want to know. */
  authorization(): Promise<string | undefined>
  /** SIGKILL. @throws Error where it is somebody's cluster */
  crash(): Promise<void>
  /** On the same data. @throws Error where it is somebody's cluster */
  startAgain(): Promise<void>
  stop(): Promise<void>
  /** Whether its process instances are somebody else's to look at, and not to be left behind. */
  readonly isShared: boolean
}

/** What a row or a mode asks of Camunda. */
export interface CamundaNeeds {
  readonly camunda?: Pick<StandInOptions, 'version' | 'serviceTime' | 'inFlight' | 'uniqueBusinessIds'>
}

/** A stand-in of the row's own, of the release which row or mode ask for. */
export async function ownStandIn(row: CamundaNeeds, mode: CamundaNeeds): Promise<RowCamunda> {
  const standIn = await startStandIn({ ...mode.camunda, ...row.camunda })
  return { ...standIn, authorization: async () => undefined, isShared: false }
}

/** @param connection by the names which Camunda's clients have for its settings */
export function cluster(connection: Connection): RowCamunda {
  const { settings } = readConnection(connection)
  const client = createCamundaClient({
    env: { ...clientEnvironment(settings), CAMUNDA_AUTH_STRATEGY: strategyOf(settings) ?? 'NONE' },
    config: { CAMUNDA_SDK_LOG_LEVEL: 'silent' },
  })
  const notOurs = async () => {
    throw new Error('A cluster of somebody else is neither killed nor started.')
  }
  return {
    restAddress: settings.CAMUNDA_REST_ADDRESS ?? '',
    authorization: async () => new Headers(await client.getAuthHeaders()).get('authorization') ?? undefined,
    crash: notOurs,
    startAgain: notOurs,
    stop: async () => {},
    isShared: true,
  }
}

/** Whether a release has what a row and a mode need of it. */
export function canRun({ camunda: row }: CamundaNeeds, { camunda: mode }: CamundaNeeds): boolean {
  return row?.version === undefined || !mode?.uniqueBusinessIds || isAtLeast(row.version, '8.9')
}
