import type { Connector } from '../lambda/core/connector.ts'
import type { WrittenMetrics } from '../lambda/core/written-metrics.ts'
import type { BridgeMetric } from './connector-metrics.ts'

/** Reasons which share an alarm, since the same person is woken for them, and how its text names them. */
const SHARED = {
  CamundaRejected: { property: 'camundaRejected', alarm: 'WithoutEffect', says: 'Camunda refuses them' },
  InvalidInput: { property: 'invalidInput', alarm: 'WithoutEffect', says: 'an expression fails on them or several elements match' },
  Unexpected: { property: 'unexpected', alarm: 'WithoutEffect', says: 'they met a bug of the bridge' },
  NotAttempted: { property: 'notAttempted', alarm: 'HeldUp', says: 'messages come back untried' },
  ConfigurationPending: {
    property: 'configurationPending',
    alarm: 'HeldUp',
    says: 'an edit of the connector waits for the event-source mapping',
  },
} as const
type Reason = keyof typeof SHARED
type SharedAlarm = (typeof SHARED)[Reason]['alarm']
const REASONS = Object.keys(SHARED) as Reason[]

/** Of every release. */
export const ALARM_IDS = [
  ...REASONS,
  'WithoutEffect',
  'HeldUp',
  'DeadLetters',
  'OldestMessage',
  'FunctionErrors',
  'Throttles',
  'CamundaUnavailable',
  'CamundaLatency',
  'Ambiguous',
  'ConfigurationRejected',
  'EventSourceMappingNotUpdated',
  'EverythingFilteredOut',
] as const
export type AlarmId = (typeof ALARM_IDS)[number]

/** Those of an alarm which have no threshold of their own. With full monitoring each has one. */
export function sharing({ alarms, monitoring }: Connector, alarm: SharedAlarm) {
  if (monitoring === 'full') return []
  return REASONS.map((metric) => ({ metric, ...SHARED[metric] })).filter(
    (each) => each.alarm === alarm && alarms[each.property] === undefined,
  )
}

/** From which value on each alarm is raised; false: the connector has no such alarm. Whether there is a dead-letter queue to watch is not asked here. */
export function alarmThresholds(connector: Connector): Readonly<Record<AlarmId, number | false>> {
  const { alarms, monitoring, function: lambda } = connector
  const own = (reason: Reason) => alarms[SHARED[reason].property] ?? (monitoring === 'full' && 1)
  const shared = (alarm: SharedAlarm, threshold: number | false) => sharing(connector, alarm).length > 0 && threshold
  return {
    DeadLetters: alarms.deadLetters,
    OldestMessage: alarms.ageOfOldestMessage,
    FunctionErrors: alarms.functionErrors,
    Throttles: alarms.throttles,
    WithoutEffect: shared('WithoutEffect', alarms.withoutEffect),
    HeldUp: shared('HeldUp', alarms.heldUp),
    CamundaRejected: own('CamundaRejected'),
    CamundaUnavailable: alarms.camundaUnavailable,
    // Milliseconds; half of what a request may take.
    CamundaLatency: alarms.camundaLatency ?? lambda.requestTimeout * 500,
    Ambiguous: alarms.ambiguous,
    NotAttempted: own('NotAttempted'),
    InvalidInput: own('InvalidInput'),
    Unexpected: own('Unexpected'),
    ConfigurationRejected: alarms.configurationRejected,
    ConfigurationPending: own('ConfigurationPending'),
    EventSourceMappingNotUpdated: alarms.eventSourceMappingNotUpdated,
    EverythingFilteredOut: alarms.everythingFilteredOut,
  }
}

/** Alarms on what the function writes; each is on the metric of its name. */
const OF_FUNCTION: readonly (AlarmId & BridgeMetric)[] = [
  'WithoutEffect',
  'HeldUp',
  ...REASONS,
  'CamundaUnavailable',
  'CamundaLatency',
  'Ambiguous',
  'ConfigurationRejected',
]

/** What the function has to write for its alarms; undefined: all that there is. */
export function writtenMetrics(connector: Connector): WrittenMetrics<BridgeMetric> | undefined {
  if (connector.monitoring === 'full') return undefined
  const thresholds = alarmThresholds(connector)
  const counted = (['WithoutEffect', 'HeldUp'] as const).flatMap((alarm) => sharing(connector, alarm))
  return {
    names: OF_FUNCTION.filter((name) => thresholds[name] !== false),
    under: Object.fromEntries(counted.map(({ metric, alarm }) => [metric, alarm])),
  }
}
