import { type Fault, FaultProxy } from './faults/fault-proxy.ts'
import { answeredInstead, executedAndThen, late, problemAnswer, refused, resetAfter, responseLost } from './faults/faults-of-requests.ts'
import { json, startHttpService } from './http-service.ts'
import type { ParameterStore } from './parameter-store.ts'

/** What a fault gets at, in a running `npm start`. */
export interface Provoked {
  readonly proxy: FaultProxy
  readonly parameters: ParameterStore
  readonly signalFunctions: (signal: NodeJS.Signals) => void
}

interface ProvokedFault {
  readonly does: string
  begin(provoked: Provoked): void | Promise<void>
}

/** Milliseconds: more than half of what a request may take here. */
const SLOW = 4_000

const strike = (does: string, fault: Fault): ProvokedFault => ({ does, begin: ({ proxy }) => proxy.strike(fault) })
const problem = (status: number, title: string, detail: string) => refused(problemAnswer(status, title, detail))

/** The faults of `npx camunda-sqs-bridge fault`: each is what a section of docs/OPERATING.md is about. */
export const PROVOKED_FAULTS: Readonly<Record<string, ProvokedFault>> = {
  unreachable: { does: 'connections to Camunda are refused', begin: ({ proxy }) => proxy.close() },
  'back-pressure': strike(
    'Camunda answers 503 RESOURCE_EXHAUSTED',
    problem(503, 'RESOURCE_EXHAUSTED', 'expected to handle the request, but the partition is overloaded'),
  ),
  'no-leader': strike('Camunda answers 503 UNAVAILABLE', problem(503, 'UNAVAILABLE', 'no leader for the partition')),
  unauthorized: strike('Camunda answers 401', problem(401, 'UNAUTHORIZED', 'the token is not valid')),
  forbidden: strike('Camunda answers 403', problem(403, 'FORBIDDEN', 'missing permission CREATE_PROCESS_INSTANCE on PROCESS_DEFINITION')),
  slow: strike(`Camunda takes ${SLOW / 1_000} s for each request`, late(SLOW)),
  'no-answer': strike('Camunda executes, and its answer never comes', responseLost),
  reset: strike('Camunda executes, and the connection is cut before its answer', resetAfter),
  'gateway-timeout': strike(
    'Camunda executes, and the gateway answers 504',
    answeredInstead(() => problemAnswer(504, 'Gateway Timeout', 'no answer from the upstream server in time')),
  ),
  'parameters-down': {
    does: 'the parameter store does not answer, and the functions start anew',
    begin({ parameters, signalFunctions }) {
      parameters.trouble = 'down'
      signalFunctions('SIGKILL')
    },
  },
  'parameters-throttled': {
    does: 'the parameter store answers ThrottlingException',
    begin({ parameters }) {
      parameters.trouble = 'throttled'
    },
  },
  crash: {
    does: 'Camunda executes, and the processes of the functions are killed before its answer',
    begin: ({ proxy, signalFunctions }) => proxy.strike(executedAndThen(() => signalFunctions('SIGKILL'))),
  },
  standstill: {
    does: 'the processes of the functions stand still once, until Lambda ends them',
    begin: ({ signalFunctions }) => signalFunctions('SIGSTOP'),
  },
}

export interface FaultSwitch {
  /** Where the function finds Camunda. */
  readonly camundaUrl: string
  /** `PUT /NAME` begins a fault, and ends the one before; `PUT /none` ends it. */
  readonly url: string
  stop(): Promise<void>
}

/** Puts a proxy before Camunda, and listens for which fault is to be in force. @param camunda its address */
export async function startFaultSwitch(camunda: string, others: Omit<Provoked, 'proxy'>): Promise<FaultSwitch> {
  const proxy = await FaultProxy.start({ restAddress: camunda }, Math.random)
  const provoked = { ...others, proxy }
  let inForce = 'none'
  const service = await startHttpService(async ({ url = '' }, _body, response) => {
    const name = url.slice(1)
    const fault = PROVOKED_FAULTS[name]
    if (!fault && name !== 'none') return json(response, 404, { faults: Object.keys(PROVOKED_FAULTS) })
    if (inForce === 'unreachable') await proxy.open()
    proxy.relent()
    others.parameters.trouble = undefined
    await fault?.begin(provoked)
    inForce = name
    json(response, 200, { inForce })
  })
  return {
    camundaUrl: proxy.url,
    url: service.url,
    async stop() {
      await Promise.all([service.stop(), proxy.stop()])
    },
  }
}
