import type { LiveStep } from '../../console/api.ts'
import type { MappingStep } from '../../lambda/core/mapping-step.ts'

interface Followed {
  /** Of the parameter, as it was last written. */
  version: number
  /** Of the parameter, by which the function last settled a message. */
  functionVersion: number | undefined
  readonly steps: LiveStep[]
  /** How often the updater had nothing to do since then. */
  idle: number
}

const MOST_STEPS = 50

/** How live changes of connectors come into effect, step by step. */
export class LiveSteps {
  readonly #connectors = new Map<string, Followed>()
  readonly #onStep: (connector: string, step: LiveStep) => void

  constructor(onStep: (connector: string, step: LiveStep) => void) {
    this.#onStep = onStep
  }

  of(connector: string): Readonly<Followed> {
    return this.#followed(connector)
  }

  /** Those of all connectors. */
  *all(): Iterable<{ readonly connector: string; readonly step: LiveStep }> {
    for (const [connector, { steps }] of this.#connectors) for (const step of steps) yield { connector, step }
  }

  /** The parameter was written. @param error why it is invalid */
  onPut(connector: string, version: number, error: string | undefined) {
    const followed = this.#followed(connector)
    followed.version = version
    followed.idle = 0
    if (error !== undefined) this.#add(connector, 'invalid', `It is invalid, and the last good one stays active: ${error}`)
    else this.#add(connector, 'pushed', 'The parameter has it; the function reads it within seconds.')
  }

  onMapping(connector: string, step: MappingStep) {
    switch (step.kind) {
      case 'updateMapping':
        if (step.why === 'widen')
          return this.#add(connector, 'filter widened', 'The event-source mapping lets through what either version needs.')
        if (step.why === 'narrow')
          return this.#add(connector, 'filter narrowed', 'The event-source mapping lets through what this version needs, and no more.')
        return this.#add(connector, 'settings', 'The event-source mapping has the new settings.')
      case 'writeFilter':
        if (step.why === 'widen')
          return this.#add(connector, 'filter allowed', 'The function may go by this version: no message it needs is filtered out.')
        return
      case 'done':
        return this.#idle(connector)
      case 'wait':
    }
  }

  /** The function settled a message by a version of the parameter. */
  onOutcome(connector: string, version: number | undefined) {
    const followed = this.#followed(connector)
    if (version === undefined || version <= (followed.functionVersion ?? 0)) return
    const isChange = followed.functionVersion !== undefined || followed.steps.length > 0
    followed.functionVersion = version
    if (isChange) this.#add(connector, 'function follows', `The function settled a message by version ${version}.`)
  }

  #idle(connector: string) {
    const followed = this.#followed(connector)
    const last = followed.steps.findLast(({ kind }) => kind !== 'function follows')
    if (last === undefined || last.kind === 'in effect' || last.kind === 'invalid') return
    followed.idle += 1
    // The first look may have begun before the change.
    if (followed.idle > 1) this.#add(connector, 'in effect', 'The event-source mapping is as this version needs it.')
  }

  #add(connector: string, kind: LiveStep['kind'], text: string) {
    const { version, steps } = this.#followed(connector)
    const step = { at: Date.now(), version, kind, text }
    steps.push(step)
    if (steps.length > MOST_STEPS) steps.shift()
    this.#onStep(connector, step)
  }

  #followed(connector: string): Followed {
    const known = this.#connectors.get(connector)
    if (known) return known
    const followed: Followed = { version: 1, functionVersion: undefined, steps: [], idle: 0 }
    this.#connectors.set(connector, followed)
    return followed
  }
}
