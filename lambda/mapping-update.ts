import { type Connector, parseConnector } from './core/connector.ts'
import { type EventSourceSettings, eventSourceSettings } from './core/event-source-settings.ts'
import { type MappingState, type MappingStep, nextStep, type Versioned, type Waits } from './core/mapping-step.ts'

/** The parameter store, each read being of what is there now. */
export interface VersionedParameters {
  /** Undefined where there is no such parameter. */
  read(name: string): Promise<Versioned | undefined>
  write(name: string, text: string): Promise<void>
}

/** One event-source mapping. */
export interface EventSourceMappingClient {
  state(): Promise<MappingState>
  /** Asks Lambda for these settings, and does not wait until they are in effect. @throws what Lambda refuses, and why */
  update(settings: EventSourceSettings, present: MappingState): Promise<void>
}

export interface MappingUpdate {
  readonly connectorParameter: string
  /** Holds the patterns which the mapping is known to let through. */
  readonly filterParameter: string
  readonly parameters: VersionedParameters
  readonly mapping: EventSourceMappingClient
  readonly waits: Waits
  /** Milliseconds of the epoch. */
  readonly now: () => number
  readonly pause: (milliseconds: number) => Promise<unknown>
  /** Milliseconds which are left for this run; what it does not come to, the next one does. */
  readonly remainingTime: () => number
  readonly onStep: (step: MappingStep) => void
}

/** Enough for one run: an edit takes one update, two if another one comes meanwhile. */
const MOST_UPDATES = 5
/** Lambda is changing the mapping, on behalf of CloudFormation perhaps. */
const BUSY = new Set(['ResourceInUseException', 'ResourceConflictException'])
const AFTER_UPDATE = 2_000
/**
 * Milliseconds for which a step may be decided on what was read. With the time that a request takes until it is carried out, if it ever is, it has to be
 * well below the wait `carriedOut`.
 */
const FRESH = 5_000

/**
 * Takes the event-source mapping of a connector as far towards what its parameter says as can be done now. Every step is decided on what was read
 * just before it, so a run may end anywhere, and runs may overlap.
 * @throws where the connector cannot be read or is faulty, and where Lambda or SSM refuse; nothing has changed then but what was told
 */
export async function updateMapping(update: MappingUpdate): Promise<void> {
  const { parameters, filterParameter, mapping, waits, now, pause, remainingTime, onStep } = update
  for (let updates = 0; updates <= MOST_UPDATES && remainingTime() > 0; ) {
    const began = now()
    const { connector, edited } = await readConnector(update)
    const [filter, present] = await Promise.all([parameters.read(filterParameter), mapping.state()])
    const step = nextStep({ needed: eventSourceSettings(connector), edited, filter, mapping: present, now: now() }, waits)
    if (now() - began > FRESH) continue
    onStep(step)
    switch (step.kind) {
      case 'done':
        return
      case 'wait':
        // What takes minutes is left to a later run.
        if (step.why === 'takenOver' || step.why === 'forgotten' || step.milliseconds > remainingTime()) return
        await pause(step.milliseconds)
        break
      case 'writeFilter':
        await parameters.write(filterParameter, step.text)
        break
      case 'updateMapping':
        if (await asked(mapping.update(step.settings, present))) updates += 1
        if (AFTER_UPDATE > remainingTime()) return
        await pause(AFTER_UPDATE)
    }
  }
  if (remainingTime() > 0)
    throw new Error('the event-source mapping does not keep the settings that it is given; something else changes it too')
}

/** Whether Lambda has taken an update; false: it is busy with another one. */
async function asked(update: Promise<void>): Promise<boolean> {
  try {
    await update
    return true
  } catch (error) {
    if (BUSY.has((error as Error).name)) return false
    throw error
  }
}

async function readConnector({ parameters, connectorParameter }: MappingUpdate): Promise<{ connector: Connector; edited: number }> {
  const parameter = await parameters.read(connectorParameter)
  if (parameter === undefined) throw new Error(`parameter ${connectorParameter} does not exist`)
  return { connector: parseConnector(parameter.text, connectorParameter), edited: parameter.modified }
}
