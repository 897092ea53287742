import { ArithmeticFault, type FeelNumber } from '../numbers/decimal.ts'

/** A date, a time or a duration beyond what java.time can say: the engine throws there, and the evaluation fails. */
export class TemporalFault extends ArithmeticFault {}

/** As the engine's Java classes are called in FEEL. A time or a date and time with an offset is another kind than one without. */
export type TemporalKind =
  | 'date'
  | 'local time'
  | 'time'
  | 'local date and time'
  | 'date and time'
  | 'days and time duration'
  | 'years and months duration'

/** The properties of a kind, by their names: `body.due.month`. */
export type TemporalProperties<T, Value = FeelNumber | string | null> = Readonly<Record<string, (value: T) => Value>>

/** What dates, times and durations have in common. */
export abstract class TemporalValue<Self> {
  abstract readonly kind: TemporalKind
  abstract readonly properties: TemporalProperties<Self, unknown>
  /** Field by field, also where two values mean the same instant. */
  abstract equals(other: Self): boolean
  /** Negative, zero or positive. Values which compare as zero need not be equal. */
  abstract compareTo(other: Self): number
  /** The text which FEEL's `string()` gives. */
  abstract toString(): string
  /** The text which the connector writes into JSON, as Jackson does: of some kinds it is another. */
  abstract toJSON(): string
}
