import { expect } from 'vitest'
import { MAX_VARIABLES_BYTES } from '../../../lambda/core/correlation.ts'
import { bpmnProcess } from '../../support/bpmn.ts'
import { type Claim, SEEN_ON_8_6_0 } from '../claim.ts'

/** As JSON they take as many bytes as Camunda's connectors allow. */
const LARGE = { text: 'x'.repeat(MAX_VARIABLES_BYTES - '{"text":""}'.length) }
/** More than a step of the engine holds, though they are far fewer bytes. */
const MANY = Object.fromEntries(Array.from({ length: 25_000 }, (_, index) => [`_${index.toString(36)}`, 0]))

export const limits: readonly Claim[] = [
  {
    name: 'variables of 1,572,864 bytes are taken, by a creation and by a message',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const [id, byMessage] = [cluster.name('process'), cluster.name('started')]
      await cluster.deploy(bpmnProcess({ id, jobType: id }))
      await cluster.deploy(bpmnProcess({ id: byMessage, start: { kind: 'message', messageName: byMessage }, jobType: byMessage }))
      expect(await cluster.post('process-instances', { processDefinitionId: id, variables: LARGE })).toMatchObject({ status: 200 })
      expect(await cluster.post('messages/publication', { name: byMessage, variables: LARGE })).toMatchObject({ status: 200 })
      for (const type of [id, byMessage]) expect((await cluster.job(type)).variables).toEqual(LARGE)
    },
  },
  {
    name: 'a creation with more variables than a step of the engine holds is refused, and starts nothing',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const id = cluster.name('process')
      await cluster.deploy(bpmnProcess({ id, jobType: id }))
      const { status, title, detail } = await cluster.post('process-instances', { processDefinitionId: id, variables: MANY })
      expect(status).toBeGreaterThanOrEqual(400)
      expect(`${title} ${detail}`).toMatch(/EXCEEDED_BATCH_RECORD_SIZE/)
      await cluster.noJob(id)
    },
  },
  {
    name: 'a message to a start event with more variables than a step holds is a success, starts nothing, and blocks its name',
    seen: SEEN_ON_8_6_0,
    standInOnly: 'it would leave a message name blocked',
    async holds(cluster) {
      const id = cluster.name('started')
      await cluster.deploy(bpmnProcess({ id, start: { kind: 'message', messageName: id }, jobType: id }))
      expect(await cluster.post('messages/publication', { name: id, variables: MANY })).toMatchObject({ status: 200 })
      expect((await cluster.post('messages/publication', { name: id, variables: {} })).status).toBeGreaterThanOrEqual(400)
      await cluster.noJob(id)
    },
  },
]
