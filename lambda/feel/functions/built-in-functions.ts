import type { FeelFunction } from '../values/values.ts'
import { BOOLEAN_FUNCTIONS } from './boolean.ts'
import { CONNECTOR_FUNCTIONS } from './connector.ts'
import { CONTEXT_FUNCTIONS } from './context.ts'
import { CONVERSION_FUNCTIONS } from './conversion.ts'
import { LIST_FUNCTIONS } from './list.ts'
import { NUMBER_FUNCTIONS } from './number.ts'
import { RANGE_FUNCTIONS } from './range.ts'
import { STRING_FUNCTIONS } from './string.ts'
import { TEMPORAL_FUNCTIONS } from './temporal.ts'

/** The functions of Camunda's engine (1.22), and those which its connectors add, with their overloads. */
export const BUILT_IN_FUNCTIONS: ReadonlyMap<string, readonly FeelFunction[]> = new Map(
  Object.entries({
    ...BOOLEAN_FUNCTIONS,
    ...CONNECTOR_FUNCTIONS,
    ...CONTEXT_FUNCTIONS,
    ...CONVERSION_FUNCTIONS,
    ...LIST_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ...RANGE_FUNCTIONS,
    ...STRING_FUNCTIONS,
    ...TEMPORAL_FUNCTIONS,
  }),
)
