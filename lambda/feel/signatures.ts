import { BUILT_IN_FUNCTIONS } from './functions/built-in-functions.ts'

/** How a function that is built in is called. */
export interface Signature {
  readonly name: string
  readonly parameters: readonly string[]
  /** Whether the last parameter takes all further arguments. */
  readonly variadic: boolean
}

/** Of each overload, in the order in which the engine tries them. */
export const SIGNATURES: readonly Signature[] = [...BUILT_IN_FUNCTIONS].flatMap(([name, overloads]) =>
  overloads.map(({ parameters, variadic }) => ({ name, parameters, variadic })),
)
