import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test, vi } from 'vitest'
import { bundleFunction } from '../../lib/bundle.ts'
import { modes } from '../../local/faults/modes.ts'
import { canRun, ownStandIn } from '../../local/faults/row-camunda.ts'
import { rows } from '../../local/faults/rows.ts'
import { runRow } from '../../local/faults/run-row.ts'
import { describeWithEngines, useElasticMq } from '../support/engines.ts'

/** Mostly they wait until a message is visible again. */
vi.setConfig({ testTimeout: 300_000, maxConcurrency: 8 })

describeWithEngines('the bundle, while something fails between a real SQS server and Camunda’s stand-in', () => {
  const elasticMq = useElasticMq()
  let taskRoot: string

  beforeAll(async () => {
    taskRoot = await mkdtemp(join(tmpdir(), 'bridge-test-'))
    bundleFunction(taskRoot)
  })

  afterAll(async () => {
    if (taskRoot) await rm(taskRoot, { recursive: true })
  })

  for (const row of rows.filter(({ brief }) => brief))
    for (const mode of modes.filter((each) => canRun(row, each))) {
      const starts = mode.duplicatesPossible(row) ? 'at least' : mode.deadLettersPossible(row) ? 'at most' : 'exactly'
      test.concurrent(`${row.name}, ${mode.name}: each message starts ${starts} one instance, and none is lost`, async ({ expect }) => {
        const engines = { camunda: ownStandIn, sqsEndpoint: elasticMq().endpoint, taskRoot }
        const { broken } = await runRow(engines, row, mode, { messages: 12, seed: 1, short: true })
        expect(broken).toEqual([])
      })
    }
})
