import { type EventSourceSettings, isSameButPatterns, withinReach } from './event-source-settings.ts'
import { EVERYTHING, isSame, letsThrough, parseFilterText, toFilterText, unionOf } from './filter-patterns.ts'

/** Seconds for which the function takes its parameters as read. */
export const PARAMETER_MAX_AGE = 60
/**
 * Seconds for which the function goes on by the last good connector and its filter, where it cannot see that they still are: an execution environment that was
 * frozen over an edit, or that SSM does not answer, knows nothing of what all others go by meanwhile.
 */
export const LAST_GOOD_MAX_AGE = 1_200
/** Seconds which the longest invocation takes (AWS Lambda quotas). */
const LONGEST_INVOCATION = 900

/** Seconds. */
export interface Waits {
  /** After an edit: what a run of the updater decided before it has been carried out, or never will be. */
  readonly carriedOut: number
  /** After Lambda says that the mapping is updated: each of its pollers has the new filter. */
  readonly inEffect: number
  /** After an edit that the filter parameter allows: every execution environment has taken it over with its next invocation. */
  readonly takenOver: number
  /**
   * After a change of the filter parameter: no invocation goes by what it held before. It may have begun with what was read
   * `PARAMETER_MAX_AGE` before the last time that all could be read, `LAST_GOOD_MAX_AGE` ago, and last as long as Lambda lets it.
   */
  readonly forgotten: number
}

/** With minutes to spare for clocks, SSM's replication and slow requests. */
export const WAITS: Waits = {
  carriedOut: 60,
  inEffect: 60,
  takenOver: PARAMETER_MAX_AGE + 120,
  forgotten: PARAMETER_MAX_AGE + LAST_GOOD_MAX_AGE + LONGEST_INVOCATION + 240,
}

/** A parameter's value, and when it was last written (milliseconds of the epoch). */
export interface Versioned {
  readonly text: string
  readonly modified: number
}

/** The event-source mapping as Lambda reports it. */
export interface MappingState extends EventSourceSettings {
  /** Whether Lambda has done what it was last told. */
  readonly updated: boolean
  /** When it was last told, or done with it (milliseconds of the epoch). */
  readonly modified: number
}

export interface Observed {
  /** What the connector says. */
  readonly needed: EventSourceSettings
  /** When the connector's parameter was last written (milliseconds of the epoch). */
  readonly edited: number
  /** The filter parameter; undefined: there is none. */
  readonly filter: Versioned | undefined
  readonly mapping: MappingState
  /** Milliseconds of the epoch. */
  readonly now: number
}

export type MappingStep =
  | { readonly kind: 'updateMapping'; readonly settings: EventSourceSettings; readonly why: 'settings' | 'widen' | 'narrow' }
  | { readonly kind: 'writeFilter'; readonly text: string; readonly why: 'widen' | 'narrow' }
  /** Nothing to do before so many milliseconds have passed. */
  | { readonly kind: 'wait'; readonly milliseconds: number; readonly why: 'updating' | keyof Waits }
  | { readonly kind: 'done' }

/** Milliseconds between two looks at a mapping that Lambda is updating. */
const UPDATING = 2_000

/**
 * The next step towards a mapping that lets through what the connector needs and no more. It depends on nothing but what is there, so it
 * may be taken again, or never, after any crash.
 *
 * The function goes by no connector which needs more than the filter parameter says. So one thing must hold: at every moment, the mapping
 * lets through all that the parameter has said within the time of `forgotten`. To widen, the mapping comes first, and the parameter when
 * that is in effect. To narrow, the parameter comes first, and the mapping when what it said before is forgotten.
 *
 * Runs may overlap. Two that go by the same connector do not harm each other; one that has not seen an edit yet could undo what the mapping has to let
 * through by then. So what relies on the mapping, or takes from it, waits until such a run has carried out what it had decided: `carriedOut`.
 */
export function nextStep({ needed, edited, filter, mapping, now }: Observed, waits: Waits): MappingStep {
  if (!mapping.updated) return { kind: 'wait', milliseconds: UPDATING, why: 'updating' }

  // What cannot be read may have been anything.
  const inForce = parseFilterText(filter?.text ?? '') ?? EVERYTHING
  const both = unionOf(inForce, needed.patterns)
  const next = withinReach(mapping, needed)
  const carriedOut = edited + waits.carriedOut * 1_000
  if (!letsThrough(mapping.patterns, both))
    return { kind: 'updateMapping', settings: { ...next, patterns: unionOf(mapping.patterns, both) }, why: 'widen' }
  if (!isSameButPatterns(mapping, needed))
    return { kind: 'updateMapping', settings: { ...next, patterns: mapping.patterns }, why: 'settings' }

  if (filter?.text !== toFilterText(both)) {
    const inEffect = mapping.modified + waits.inEffect * 1_000
    if (now < inEffect) return { kind: 'wait', milliseconds: inEffect - now, why: 'inEffect' }
    if (now < carriedOut) return { kind: 'wait', milliseconds: carriedOut - now, why: 'carriedOut' }
    return { kind: 'writeFilter', text: toFilterText(both), why: 'widen' }
  }

  if (!isSame(inForce, needed.patterns)) {
    const takenOver = Math.max(edited, filter.modified) + waits.takenOver * 1_000
    if (now < takenOver) return { kind: 'wait', milliseconds: takenOver - now, why: 'takenOver' }
    return { kind: 'writeFilter', text: toFilterText(needed.patterns), why: 'narrow' }
  }
  if (!isSame(mapping.patterns, needed.patterns)) {
    const forgotten = filter.modified + waits.forgotten * 1_000
    if (now < forgotten) return { kind: 'wait', milliseconds: forgotten - now, why: 'forgotten' }
    if (now < carriedOut) return { kind: 'wait', milliseconds: carriedOut - now, why: 'carriedOut' }
    return { kind: 'updateMapping', settings: needed, why: 'narrow' }
  }
  return { kind: 'done' }
}
