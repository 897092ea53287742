import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { ALARM_IDS } from '../../lib/alarm-thresholds.ts'
import type { StackParts } from '../deployment.ts'
import { error, type Finding, ok, warn } from './finding.ts'

/** What a condition brings about beside itself. Whoever mends it mends these. */
const CONSEQUENCES: Readonly<Record<string, readonly string[]>> = {
  CamundaUnavailable: ['OldestMessage', 'NotAttempted', 'CamundaLatency'],
  FunctionErrors: ['OldestMessage'],
  Throttles: ['OldestMessage'],
  ConfigurationRejected: ['OldestMessage', 'NotAttempted'],
  ConfigurationPending: ['OldestMessage', 'NotAttempted'],
  CamundaRejected: ['OldestMessage'],
  InvalidInput: ['OldestMessage'],
}

/** Of the alarms, those which Camunda's being away raises. */
const OF_CAMUNDA = ['CamundaUnavailable', ...(CONSEQUENCES.CamundaUnavailable ?? [])]

/** An alarm of a connector, by the name which it has in the stack: `DeadLetters`. */
interface Raised {
  readonly id: string
  readonly alarm: MetricAlarm
}

/** A line for each alarm that is raised; what follows from another is told with that. @param camundaFails it is told by a check of its own */
export function alarmFindings(alarms: readonly Raised[], camundaFails: boolean): Finding[] {
  const check = 'alarms'
  if (alarms.length === 0)
    return [warn(check, 'the stack has none: nobody is notified of what goes wrong', 'npx cdk deploy NAME creates them')]
  const raised = alarms.filter(({ alarm }) => alarm.StateValue === 'ALARM')
  if (raised.length === 0) return [ok(check, `none of ${alarms.length} is raised`)]
  const ids = raised.map(({ id }) => id)
  const isConsequence = (id: string) => ids.some((cause) => cause !== id && CONSEQUENCES[cause]?.includes(id))
  const ofCamunda = camundaFails ? ids.filter((id) => OF_CAMUNDA.includes(id)) : []
  const causes = raised.filter(({ id }) => !ofCamunda.includes(id) && !isConsequence(id))
  return [
    ...(ofCamunda.length > 0 ? [warn(check, `raised since Camunda fails: ${ofCamunda.join(', ')}`, 'see camunda below')] : []),
    ...causes.map(({ id, alarm }) => {
      const consequences = ids.filter((other) => !ofCamunda.includes(other) && CONSEQUENCES[id]?.includes(other))
      const more = consequences.length > 0 ? ` With it: ${consequences.join(', ')}.` : ''
      return error(
        `${check}.${id}`,
        `raised${since(alarm)}: ${sentencesOf(alarm)[0] ?? alarm.AlarmName}${more}`,
        `docs/OPERATING.md#${/OPERATING\.md#([\w-]+)/.exec(alarm.AlarmDescription ?? '')?.[1] ?? 'alarms'}`,
      )
    }),
  ]
}

function since({ StateUpdatedTimestamp: time }: MetricAlarm): string {
  return time === undefined ? '' : ` since ${time.toISOString().slice(0, 19)}Z`
}

function sentencesOf({ AlarmDescription = '' }: MetricAlarm): string[] {
  return AlarmDescription.split(/(?<=\.) (?=[A-Z])/)
}

/** The alarms of a connector, by the names which CloudFormation makes of theirs: `STACK-DeadLettersAlarm0C4B3C2A-…`. */
export async function alarmsOf(
  cloudWatch: Pick<CloudWatchClient, 'send'>,
  { name, logicalIdPrefix }: Pick<StackParts, 'name' | 'logicalIdPrefix'>,
): Promise<Raised[]> {
  const alarms: Raised[] = []
  const prefix = `${name}-${logicalIdPrefix}`
  let token: string | undefined
  do {
    const { MetricAlarms = [], NextToken } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, AlarmTypes: ['MetricAlarm'], NextToken: token }),
    )
    // Beside `Orders` there may be `OrdersEu`, whose alarms are no alarms of it; nor are those of the stack `orders-eu` of `orders`.
    alarms.push(
      ...MetricAlarms.flatMap((alarm) => {
        const [, id] = NAMED.exec(alarm.AlarmName?.slice(prefix.length) ?? '') ?? []
        return id === undefined ? [] : [{ id, alarm }]
      }),
    )
    token = NextToken
  } while (token)
  return alarms
}

const NAMED = new RegExp(`^(${ALARM_IDS.join('|')})Alarm[\\dA-F]{8}`)
