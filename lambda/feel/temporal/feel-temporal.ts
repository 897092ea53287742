import type { FeelDate } from './date.ts'
import type { FeelDateTime } from './date-time.ts'
import type { DaysTimeDuration, YearsMonthsDuration } from './duration.ts'
import type { FeelTime } from './time.ts'

/** The dates, times and durations of FEEL. */
export type FeelTemporal = FeelDate | FeelTime | FeelDateTime | DaysTimeDuration | YearsMonthsDuration
