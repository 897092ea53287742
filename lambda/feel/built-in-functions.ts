import { BOOLEAN_FUNCTIONS } from './boolean-functions.ts'
import { CONNECTOR_FUNCTIONS } from './connector-functions.ts'
import { CONTEXT_FUNCTIONS } from './context-functions.ts'
import { CONVERSION_FUNCTIONS } from './conversion-functions.ts'
import { LIST_FUNCTIONS } from './list-functions.ts'
import { NUMBER_FUNCTIONS } from './number-functions.ts'
import { RANGE_FUNCTIONS } from './range-functions.ts'
import { STRING_FUNCTIONS } from './string-functions.ts'
import { TEMPORAL_FUNCTIONS } from './temporal-functions.ts'
import type { FeelFunction } from './values.ts'

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
