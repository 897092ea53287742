import { afterAll, beforeAll } from 'vitest'
import { type CamundaStandIn, type StandInOptions, startStandIn } from '../../local/camunda/stand-in.ts'
import { type ElasticMqOptions, type SqsEngine, startElasticMq } from '../../local/engines/elasticmq.ts'
import { findJdk, type Jdk, jdkNotFound } from '../../local/engines/jdk.ts'
import { describeWhere } from './describe-where.ts'

const found = await findJdk()

/** The first start on a machine downloads 37 MB. */
const startLimitMs = 20 * 60_000

/** A suite which needs the real engines, and so a JDK. */
export function describeWithEngines(name: string, suite: () => void): void {
  describeWhere(found !== undefined, jdkNotFound(), name, suite)
}

/** The JDK which the engines run on; only within `describeWithEngines`. */
export const enginesJdk = (): Jdk => found ?? fail('there is no JDK')

/** A stand-in for Camunda which is started before the tests of this suite, shared by them, and stopped after them. */
export const useCamunda = (options: StandInOptions = {}): (() => CamundaStandIn) => useEngine(() => startStandIn(options))

/** An ElasticMQ which is started before the tests of this suite, shared by them, and stopped after them. */
export const useElasticMq = (options: Omit<ElasticMqOptions, 'jdk'> = {}): (() => SqsEngine) =>
  useEngine(() => startElasticMq({ ...options, jdk: enginesJdk() }))

function useEngine<Engine extends { stop(): Promise<void> }>(start: () => Promise<Engine>): () => Engine {
  let engine: Engine | undefined
  beforeAll(async () => {
    engine = await start()
  }, startLimitMs)
  afterAll(async () => {
    await engine?.stop()
  })
  return () => engine ?? fail('the engine is not started yet')
}

function fail(why: string): never {
  throw new Error(why)
}
