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
  /** What one should now see of messages that are sent. */
  readonly see: string
  begin(provoked: Provoked): void | Promise<void>
}

/** Milliseconds: more than half of what a request may take here. */
const SLOW = 4_000

const strike = (does: string, see: string, fault: Fault): ProvokedFault => ({ does, see, begin: ({ proxy }) => proxy.strike(fault) })
/** What is back in the queue stays there for 10 s, and is given up after two receives. */
const RETURNED = 'back in the queue, and a dead letter if it lasts'
const problem = (status: number, title: string, detail: string) => refused(problemAnswer(status, title, detail))

/** The faults of `npx camunda-sqs-bridge fault`: each is what a section of docs/OPERATING.md is about. */
export const PROVOKED_FAULTS: Readonly<Record<string, ProvokedFault>> = {
  unreachable: {
    does: 'connections to Camunda are refused',
    see: `CamundaUnavailable: ${RETURNED}.`,
    begin: ({ proxy }) => proxy.close(),
  },
  'back-pressure': strike(
    'Camunda answers 503 RESOURCE_EXHAUSTED',
    `CamundaUnavailable: ${RETURNED}. Of many, those behind the first are NotAttempted.`,
    problem(503, 'RESOURCE_EXHAUSTED', 'expected to handle the request, but the partition is overloaded'),
  ),
  'no-leader': strike(
    'Camunda answers 503 UNAVAILABLE',
    `CamundaUnavailable: ${RETURNED}.`,
    problem(503, 'UNAVAILABLE', 'no leader for the partition'),
  ),
  unauthorized: strike('Camunda answers 401', `CamundaUnavailable: ${RETURNED}.`, problem(401, 'UNAUTHORIZED', 'the token is not valid')),
  forbidden: strike(
    'Camunda answers 403',
    `CamundaRejected: ${RETURNED}.`,
    problem(403, 'FORBIDDEN', 'missing permission CREATE_PROCESS_INSTANCE on PROCESS_DEFINITION'),
  ),
  slow: strike(`Camunda takes ${SLOW / 1_000} s for each request`, 'The same outcomes, later: look at the latency.', late(SLOW)),
  'no-answer': strike('Camunda executes, and its answer never comes', `Ambiguous: ${RETURNED}. A start may have happened.`, responseLost),
  reset: strike(
    'Camunda executes, and the connection is cut before its answer',
    `Ambiguous: ${RETURNED}. A start may have happened.`,
    resetAfter,
  ),
  'gateway-timeout': strike(
    'Camunda executes, and the gateway answers 504',
    `Ambiguous: ${RETURNED}. A start may have happened.`,
    answeredInstead(() => problemAnswer(504, 'Gateway Timeout', 'no answer from the upstream server in time')),
  ),
  'parameters-down': {
    does: 'the parameter store does not answer, and the functions start anew',
    see: 'No outcome at all: without its configuration the function settles nothing, and the messages come back.',
    begin({ parameters, signalFunctions }) {
      parameters.trouble = 'down'
      signalFunctions('SIGKILL')
    },
  },
  'parameters-throttled': {
    does: 'the parameter store answers ThrottlingException',
    see: 'The same outcomes: the function goes on by what it has read. A push fails.',
    begin({ parameters }) {
      parameters.trouble = 'throttled'
    },
  },
  crash: {
    does: 'Camunda executes, and the processes of the functions are killed before its answer',
    see: 'No outcome, as nobody was left to tell; the messages come back, and a start may have happened.',
    begin: ({ proxy, signalFunctions }) => proxy.strike(executedAndThen(() => signalFunctions('SIGKILL'))),
  },
  standstill: {
    does: 'the processes of the functions stand still once, until Lambda ends them',
    see: 'No outcome for one batch: the function timed out after 10 s, and its messages come back. Then all is well.',
    begin: ({ signalFunctions }) => signalFunctions('SIGSTOP'),
  },
}

export interface FaultSwitch {
  /** Where the function finds Camunda. */
  readonly camundaUrl: string
  /** `PUT /NAME` begins a fault, and ends the one before; `PUT /none` ends it. */
  readonly url: string
  /** A name of `PROVOKED_FAULTS`, or `none`. */
  readonly inForce: string
  /** As by a request. @throws where there is no such fault */
  provoke(name: string): Promise<void>
  stop(): Promise<void>
}

/** Puts a proxy before Camunda, and listens for which fault is to be in force. @param camunda its address. @param onChange told of which one is */
export async function startFaultSwitch(
  camunda: string,
  others: Omit<Provoked, 'proxy'>,
  onChange: (inForce: string) => void = () => {},
): Promise<FaultSwitch> {
  const proxy = await FaultProxy.start({ restAddress: camunda }, Math.random)
  const provoked = { ...others, proxy }
  let inForce = 'none'
  async function provoke(name: string) {
    const fault = PROVOKED_FAULTS[name]
    if (!fault && name !== 'none') throw new Error(`There is no fault “${name}”.`)
    if (inForce === 'unreachable') await proxy.open()
    proxy.relent()
    others.parameters.trouble = undefined
    await fault?.begin(provoked)
    inForce = name
    onChange(name)
  }
  const service = await startHttpService(async ({ url = '' }, _body, response) => {
    const name = url.slice(1)
    if (!Object.hasOwn(PROVOKED_FAULTS, name) && name !== 'none') return json(response, 404, { faults: Object.keys(PROVOKED_FAULTS) })
    await provoke(name)
    json(response, 200, { inForce })
  })
  return {
    camundaUrl: proxy.url,
    url: service.url,
    get inForce() {
      return inForce
    },
    provoke,
    async stop() {
      await Promise.all([service.stop(), proxy.stop()])
    },
  }
}
