import { expect } from 'vitest'
import { bpmnProcess } from '../../support/bpmn.ts'
import { bySource, type Claim, documented, SEEN_ON_8_6_0 } from '../claim.ts'
import { diagram, endEvent, startEvent } from '../diagram.ts'

export const deployments: readonly Claim[] = [
  {
    name: 'a deployed process has its id, the version 1 and a key',
    seen: SEEN_ON_8_6_0,
    async holds(cluster) {
      const id = cluster.name('process')
      const { processes, deploymentKey } = await cluster.deploy(bpmnProcess({ id, jobType: id }), 'order.bpmn')
      expect(processes).toMatchObject([
        {
          processDefinitionId: id,
          processDefinitionVersion: 1,
          processDefinitionKey: expect.stringMatching(/^\d+$/),
          resourceName: 'order.bpmn',
          tenantId: '<default>',
        },
      ])
      expect(deploymentKey).toMatch(/^\d+$/)
    },
  },
  {
    name: 'deployed again as it was, it keeps its version and key; changed, or under another file name, it has the next version',
    seen: documented('“Resource deployment”, and camunda/camunda#51059'),
    async holds(cluster) {
      const id = cluster.name('process')
      const deploy = async (jobType: string, file: string) => {
        const { processes } = await cluster.deploy(bpmnProcess({ id, jobType }), file)
        return processes[0]
      }
      const first = await deploy('a', 'a.bpmn')
      expect(await deploy('a', 'a.bpmn')).toEqual(first)
      expect(await deploy('b', 'a.bpmn')).toMatchObject({ processDefinitionVersion: 2 })
      expect(await deploy('b', 'b.bpmn')).toMatchObject({ processDefinitionVersion: 3 })
    },
  },
  {
    name: 'a diagram without a start event is refused (400 INVALID_ARGUMENT), and so is what is deployed with it',
    seen: documented('“Technical error handling”; the answer’s form by a report in the field'),
    async holds(cluster) {
      const [good, bad] = [cluster.name('good'), cluster.name('bad')]
      const files = [
        { name: 'good.bpmn', content: bpmnProcess({ id: good, jobType: good }) },
        { name: 'bad.bpmn', content: diagram({ id: bad, elements: [endEvent('End')], flows: [] }) },
      ]
      await expect(cluster.sdk.deployResources(files)).rejects.toThrow(/INVALID_ARGUMENT[\s\S]*bad\.bpmn/)
      expect(await cluster.post('process-instances', { processDefinitionId: good })).toMatchObject({ status: 404 })
    },
  },
  {
    name: 'two none start events of a process, and two processes of one id, are refused (400 INVALID_ARGUMENT)',
    seen: bySource('zeebe-bpmn-model, its design-time validators'),
    async holds(cluster) {
      const id = cluster.name('process')
      const twice = diagram({ id, elements: [startEvent('One'), startEvent('Two'), endEvent('End')], flows: [['One', 'End']] })
      await expect(cluster.deploy(twice)).rejects.toThrow(/INVALID_ARGUMENT/)
      const files = ['a.bpmn', 'b.bpmn'].map((name) => ({ name, content: bpmnProcess({ id, jobType: name }) }))
      await expect(cluster.sdk.deployResources(files)).rejects.toThrow(/INVALID_ARGUMENT/)
    },
  },
]
