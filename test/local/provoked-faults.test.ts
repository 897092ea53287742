import { readFileSync } from 'node:fs'
import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CamundaRestClient } from '../../lambda/camunda-client.ts'
import type { HttpService } from '../../local/http-service.ts'
import { localSsmClient, type ParameterStore, startParameterStore } from '../../local/parameter-store.ts'
import { type FaultSwitch, PROVOKED_FAULTS, startFaultSwitch } from '../../local/provoked-faults.ts'
import { bpmnProcess, deploy } from '../support/bpmn.ts'
import { instancesAt, startCamunda } from '../support/camunda.ts'

let camunda: HttpService
let parameters: ParameterStore
let faults: FaultSwitch
let signals: string[]
beforeEach(async () => {
  camunda = await startCamunda()
  parameters = await startParameterStore({ p: 'v' })
  signals = []
  faults = await startFaultSwitch(camunda.url, { parameters, signalFunctions: (signal) => signals.push(signal) })
  await deploy(camunda.url, bpmnProcess({ id: 'plain', jobType: 'j' }))
})
afterEach(() => Promise.all([faults.stop(), camunda.stop(), parameters.stop()]))

const provoke = (name: string) => fetch(`${faults.url}/${name}`, { method: 'PUT' })

/** @param patience seconds */
async function send(patience = 5) {
  const client = new CamundaRestClient({ CAMUNDA_REST_ADDRESS: faults.camundaUrl }, patience * 1_000)
  const create = { kind: 'createProcessInstance', bpmnProcessId: 'plain', version: undefined, tenantId: '<default>' } as const
  return client.send({ ...create, idempotency: 'none', messageId: 'm', variables: {}, variablesText: '{}' }, () => 60_000)
}

// biome-ignore format: a table
test.each([
  ['unreachable',     'CamundaUnavailable',     0],
  ['back-pressure',   'CamundaUnavailable',     0],
  ['no-leader',       'CamundaUnavailable',     0],
  ['unauthorized',    'CamundaUnavailable',     0],
  ['forbidden',       'CamundaRejected',        0],
  ['slow',            'ProcessInstanceCreated', 1],
  ['no-answer',       'Ambiguous',              1],
  ['reset',           'Ambiguous',              1],
  ['gateway-timeout', 'Ambiguous',              1],
])('the fault “%s” makes messages end as %s, of which Camunda has executed %d, until all is well again', async (name, outcome, executed) => {
  expect((await provoke(name)).status).toBe(200)
  expect((await send(name === 'no-answer' ? 1 : 5)).kind).toBe(outcome)
  expect(await instancesAt(camunda.url)).toHaveLength(executed)
  await provoke('none')
  expect((await send()).kind).toBe('ProcessInstanceCreated')
})

test.each([
  ['parameters-throttled', /Rate exceeded/],
  ['parameters-down', /hang up|ECONNRESET/],
])('the fault “%s” takes the parameters away, until all is well again', async (name, error) => {
  const ssm = localSsmClient(parameters.url)
  const read = () => ssm.send(new GetParameterCommand({ Name: 'p' }))
  await provoke(name)
  await expect(read()).rejects.toThrow(error)
  await provoke('none')
  expect((await read()).Parameter?.Value).toBe('v')
})

test('a standstill befalls the processes of the functions at once, and a crash while Camunda is asked', async () => {
  await provoke('standstill')
  expect(signals).toEqual(['SIGSTOP'])
  await provoke('crash')
  expect(signals).toEqual(['SIGSTOP'])
  await send()
  expect(signals).toEqual(['SIGSTOP', 'SIGKILL'])
  expect(await instancesAt(camunda.url)).toHaveLength(1)
})

test('functions start anew where the parameter store does not answer', async () => {
  await provoke('parameters-down')
  expect(signals).toEqual(['SIGKILL'])
})

test('one fault takes the place of the other, and one that is not known changes nothing', async () => {
  await provoke('unreachable')
  await provoke('forbidden')
  expect((await send()).kind).toBe('CamundaRejected')
  expect((await provoke('nonsense')).status).toBe(404)
  expect((await send()).kind).toBe('CamundaRejected')
})

test('each fault is practised in a section of docs/OPERATING.md', () => {
  const runbook = readFileSync('docs/OPERATING.md', 'utf8')
  for (const name of Object.keys(PROVOKED_FAULTS)) expect(runbook).toContain(`bridge fault ${name}`)
})
