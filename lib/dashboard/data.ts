import type { Series } from './metric-math.ts'

/** What a dashboard asks of CloudWatch: the points of one metric, for a day from midnight on, one each period. */
export interface MetricQuery {
  readonly namespace: string
  readonly metricName: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly stat: string
  /** Seconds. */
  readonly period: number
}

/** A column of a log widget's table: `count(*) as messages` has the name `messages`, and a field is its own expression. */
export interface LogColumn {
  readonly name: string
  readonly expression: string
}

export type LogRow = Readonly<Record<string, string | number | undefined>>

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

/** Where the data of a dashboard's picture come from. */
export interface DashboardData {
  (metric: MetricQuery): Series
  /** Of the alarm with this name; without it nothing is known of alarms. */
  readonly alarmState?: (name: string) => AlarmState
  /** By the columns' names; without it the tables are empty. */
  readonly logRows?: (columns: readonly LogColumn[]) => readonly LogRow[]
}
