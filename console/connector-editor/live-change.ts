import type { LiveStep } from '../api.ts'

/** A part of the way on which a change comes into effect (docs/adr/009). */
export interface Phase {
  readonly name: string
  /** `needless`: this change goes without; `next`: what is waited for; `later`: what comes after that. */
  readonly state: 'done' | 'needless' | 'next' | 'later' | 'failed'
  readonly at?: number
  readonly text: string
}

/** The way of a connector’s version, from the steps which the server tells; undefined where nothing is known of it. */
export function liveChange(steps: readonly LiveStep[], version: number): readonly Phase[] | undefined {
  const own = steps.filter((step) => step.version === version)
  const step = (...kinds: LiveStep['kind'][]) => own.findLast(({ kind }) => kinds.includes(kind))
  const [pushed, invalid] = [step('pushed'), step('invalid')]
  if (invalid) return [{ name: 'Parameter', state: 'failed', at: invalid.at, text: invalid.text }]
  if (!pushed) return undefined
  const [widened, settings] = [step('filter allowed', 'filter widened'), step('settings')]
  const [follows, narrowed, inEffect] = [step('function follows'), step('filter narrowed'), step('in effect')]
  const phases: readonly Ahead[] = [
    { name: 'Parameter', step: pushed, isPassed: true, ahead: '' },
    {
      name: settings && !widened ? 'Settings' : 'Filter widened',
      step: widened ?? settings,
      isPassed: Boolean(follows || narrowed || inEffect),
      ahead: 'The event-source mapping first lets through what either version needs, if that is more.',
    },
    {
      name: 'Function',
      step: follows,
      isPassed: false,
      ahead: 'The function goes by it with the next message; send one to see it.',
    },
    {
      name: 'Filter narrowed',
      step: narrowed,
      isPassed: inEffect !== undefined,
      ahead: 'When no invocation goes by the earlier version any more, the mapping lets through what this one needs and no more.',
    },
    { name: 'In effect', step: inEffect, isPassed: false, ahead: 'Then the event-source mapping is as this version needs it.' },
  ]
  const next = phases.find(({ name, step, isPassed }) => !step && !isPassed && name !== 'Function')?.name
  return phases.map(({ name, step, isPassed, ahead }): Phase => {
    if (step) return { name, state: 'done', at: step.at, text: step.text }
    if (isPassed) return { name, state: 'needless', text: 'This change goes without.' }
    // The function waits for a message, and nothing waits for the function.
    return { name, state: name === next || name === 'Function' ? 'next' : 'later', text: ahead }
  })
}

interface Ahead {
  readonly name: string
  readonly step: LiveStep | undefined
  /** What comes after it has happened. */
  readonly isPassed: boolean
  /** What will happen. */
  readonly ahead: string
}
