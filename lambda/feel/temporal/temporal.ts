/**
 * Dates, times and durations as Camunda's engine has them: java.time's. Temporal (and its polyfill) is near, but not that: its years end
 * at ±271,821 where java.time's end at ±999,999,999, it compares by instants what FEEL compares field by field, it takes names of zones in
 * any spelling, and its durations are not lengths. What is left is the calendar's arithmetic, and zones come from `Intl` either way.
 */
export {
  addTemporals,
  compareTemporals,
  divideTemporals,
  equalTemporals,
  isTemporal,
  multiplyTemporals,
  spendOnTemporal,
  subtractTemporals,
  temporalProperty,
  temporalType,
} from './arithmetic.ts'
export { FeelDate } from './date.ts'
export { type FeelDateTime, LocalDateTime, ZonedDateTime } from './date-time.ts'
export { DaysTimeDuration, YearsMonthsDuration } from './duration.ts'
export type { FeelTemporal } from './feel-temporal.ts'
export {
  parseDate,
  parseDateTime,
  parseDateTimeLiteral,
  parseDuration,
  parseDurationLiteral,
  parseTemporal,
  parseTime,
} from './text.ts'
export { type FeelTime, LocalTime, ZonedTime } from './time.ts'
export { TemporalFault, type TemporalKind } from './value.ts'
export { TimeZone } from './zone.ts'
