import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda'
import type { EventSourceSettings } from '../../lambda/core/event-source-settings.ts'
import type { FilterPattern } from '../../lambda/core/filter-patterns.ts'
import { type FilterPatterns, isSame, letsThrough, parseFilterText } from '../../lambda/core/filter-patterns.ts'
import { WAITS } from '../../lambda/core/mapping-step.ts'
import { error, type Finding, ok, warn } from './finding.ts'

/** An edit is in force after so many milliseconds at most: a narrower filter waits for what the parameter said before to be forgotten. */
const IN_FORCE = (WAITS.inEffect + WAITS.takenOver + WAITS.forgotten + 2 * 300) * 1_000

/** What the mapping was asked to be, and since when. */
export interface Wanted {
  readonly settings: EventSourceSettings
  /** Milliseconds since the connector's parameter was written. */
  readonly since: number
  /** The log of who keeps the mapping. */
  readonly updaterLog: string
}

/** Whether Lambda polls, and by the connector's settings. @param wanted undefined where the connector cannot be read */
export function mappingFindings(mapping: EventSourceMappingConfiguration, wanted: Wanted | undefined): Finding[] {
  if (!wanted) return [bareStateFinding(mapping), failuresFinding(mapping)]
  return [stateFinding(mapping, wanted), settingsFinding(mapping, wanted), failuresFinding(mapping), filterFinding(mapping, wanted)]
}

function bareStateFinding({ State }: EventSourceMappingConfiguration): Finding {
  const check = 'eventSourceMapping'
  if (State === 'Enabled') return ok(check, 'enabled; whether as the connector says is not known, see above')
  return warn(check, `${State}; whether as the connector says is not known, see above`, 'fix the connector first')
}

function stateFinding({ State, StateTransitionReason }: EventSourceMappingConfiguration, wanted: Wanted): Finding {
  const check = 'eventSourceMapping'
  const { enabled } = wanted.settings
  if (State === 'Enabled' && enabled) return ok(check, 'enabled')
  if (State === 'Disabled' && !enabled)
    return warn(
      check,
      'disabled, as eventSource.enabled = false says: nothing is received',
      'set eventSource.enabled to true when it is to go on',
    )
  if (State !== 'Enabled' && State !== 'Disabled') return warn(check, `${State}: Lambda is at work on it`, 'look again in a minute')
  const reason = StateTransitionReason ?? 'Lambda gives no reason'
  return pendingOrFault(check, `${State}, and the connector says ${enabled ? 'enabled' : 'disabled'} (${reason})`, wanted)
}

function settingsFinding(mapping: EventSourceMappingConfiguration, wanted: Wanted): Finding {
  const check = 'eventSourceMapping.settings'
  const { batchSize, maximumBatchingWindow, maximumConcurrency, provisionedPollers } = wanted.settings
  const { MinimumPollers, MaximumPollers } = mapping.ProvisionedPollerConfig ?? {}
  const settings: readonly (readonly [string, unknown, unknown])[] = [
    ['batchSize', mapping.BatchSize ?? 10, batchSize],
    ['maximumBatchingWindow', mapping.MaximumBatchingWindowInSeconds ?? 0, maximumBatchingWindow],
    ...(MaximumPollers === undefined && provisionedPollers === undefined
      ? [['maximumConcurrency', mapping.ScalingConfig?.MaximumConcurrency, maximumConcurrency] as const]
      : [
          [
            'provisionedPollers',
            MaximumPollers === undefined ? 'none' : `${MinimumPollers} to ${MaximumPollers}`,
            provisionedPollers ? `${provisionedPollers.minimum} to ${provisionedPollers.maximum}` : 'none',
          ] as const,
        ]),
  ]
  const differences = settings.filter(([, actual, configured]) => actual !== configured)
  if (differences.length === 0) return ok(check, settings.map(([name, actual]) => `${name} ${actual ?? 'unlimited'}`).join(', '))
  const message = differences.map(
    ([name, actual, configured]) => `${name} is ${actual ?? 'unlimited'}, the connector says ${configured ?? 'unlimited'}`,
  )
  return pendingOrFault(check, message.join('; '), wanted)
}

function failuresFinding({ FunctionResponseTypes = [] }: EventSourceMappingConfiguration): Finding {
  const check = 'eventSourceMapping.reportBatchItemFailures'
  if (FunctionResponseTypes.includes('ReportBatchItemFailures')) return ok(check, 'present')
  return error(
    check,
    'absent: Lambda deletes every message of a batch, those too which the function returns',
    'aws lambda update-event-source-mapping --uuid … --function-response-types ReportBatchItemFailures, at once',
  )
}

function filterFinding({ FilterCriteria, FilterCriteriaError }: EventSourceMappingConfiguration, wanted: Wanted): Finding {
  const check = 'eventSourceMapping.filter'
  if (FilterCriteriaError)
    return error(check, `Lambda does not show the filter: ${FilterCriteriaError.Message}`, 'allow kms:Decrypt on the mapping’s key')
  const actual = FilterCriteria?.Filters?.map(({ Pattern = '{}' }): FilterPattern => JSON.parse(Pattern)) ?? []
  return patternsFinding(check, actual, wanted)
}

/** Whether the parameter says what the mapping has to let through: the function goes by no connector that needs more. */
export function filterParameterFinding(name: string, text: string | undefined, wanted: Wanted): Finding {
  const check = 'filterParameter'
  if (text === undefined) return error(check, `${name} does not exist`, `npx cdk deploy, which writes it`)
  const patterns = parseFilterText(text)
  if (patterns === undefined)
    return error(
      check,
      `${name} holds no list of filter patterns: the function refuses its configuration`,
      'npx cdk deploy, which writes it',
    )
  return patternsFinding(check, patterns, wanted)
}

function patternsFinding(check: string, actual: FilterPatterns, wanted: Wanted): Finding {
  const { patterns } = wanted.settings
  if (isSame(actual, patterns))
    return ok(
      check,
      actual.length === 0
        ? 'none, everything is let through'
        : `${actual.length === 1 ? 'a pattern' : `${actual.length} patterns`}, as the connector needs`,
    )
  if (letsThrough(actual, patterns))
    return warn(
      check,
      'lets through more than the connector needs: the function sorts it out, which costs invocations',
      `it narrows within ${Math.ceil(IN_FORCE / 60_000)} minutes of an edit; after that the updater’s log says why not: ${wanted.updaterLog}`,
    )
  return pendingOrFault(
    check,
    'does not let through all that the connector needs: the function stays with the last connector for which it does',
    wanted,
  )
}

function pendingOrFault(check: string, message: string, { since, updaterLog }: Wanted): Finding {
  if (since < IN_FORCE)
    return warn(check, `${message} (edited ${Math.ceil(since / 60_000)} min ago)`, 'the updater is at it; look again in some minutes')
  return error(check, message, `the updater’s log says why: ${updaterLog}; or something else changes the mapping`)
}
