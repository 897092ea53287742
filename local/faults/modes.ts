import type { StandInOptions } from '../camunda/stand-in.ts'
import type { QueueSettings } from '../queues.ts'
import type { Row } from './rows.ts'

/** A way in which messages become process instances, and what it promises. */
export interface Mode {
  readonly name: string
  /** How the process begins which is deployed for it. */
  readonly start: 'none' | 'message'
  /** The connector's element, for the process (and message) of this name. */
  readonly element: (name: string) => object
  /** More of the connector, at its top level. */
  readonly connector?: object
  readonly queue?: Partial<QueueSettings>
  /** What it needs of Camunda. */
  readonly camunda?: Pick<StandInOptions, 'version' | 'uniqueBusinessIds'>
  /** Whether a row may see a message start two instances. */
  readonly duplicatesPossible: (row: Pick<Row, 'ambiguous'>) => boolean
  /** Whether a row may bring a healthy message to the dead-letter queue, for a person to look. */
  readonly deadLettersPossible: (row: Pick<Row, 'ambiguous' | 'looksAmbiguous'>) => boolean
}

/** A mode is an entry here, and nothing else. */
export const modes: readonly Mode[] = [
  {
    name: 'publish',
    start: 'message',
    element: (name) => ({
      correlationPoint: { kind: 'publishMessage', messageName: name, elementType: 'messageStartEvent' },
      messageTtl: 'PT2H',
    }),
    // Camunda knows the message by its id.
    duplicatesPossible: () => false,
    deadLettersPossible: () => false,
  },
  {
    name: 'create',
    start: 'none',
    element: (name) => ({ correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: name } }),
    // Nobody knows whether the instance is there already, and none may be lost.
    duplicatesPossible: ({ ambiguous }) => ambiguous,
    deadLettersPossible: () => false,
  },
  {
    name: 'create once',
    start: 'none',
    element: (name) => ({ correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: name } }),
    connector: { idempotency: 'dynamodb' },
    // What nobody knows is not tried again, and comes here after its last receive.
    queue: { maxReceiveCount: 5 },
    duplicatesPossible: () => false,
    deadLettersPossible: ({ ambiguous, looksAmbiguous = false }) => ambiguous || looksAmbiguous,
  },
  {
    name: 'create by business id',
    start: 'none',
    element: (name) => ({ correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: name } }),
    connector: { idempotency: 'businessId' },
    camunda: { version: '8.9', uniqueBusinessIds: true },
    // The first instance is active to the end: it waits for its job.
    duplicatesPossible: () => false,
    deadLettersPossible: () => false,
  },
]
