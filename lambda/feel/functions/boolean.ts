import { FeelError } from '../evaluation/feel-error.ts'
import { worded } from '../evaluation/wording.ts'
import { anything, type FunctionTable, overload, text } from './overload.ts'

export const BOOLEAN_FUNCTIONS: FunctionTable = {
  not: [overload('negand', [anything], (negand) => (typeof negand === 'boolean' ? !negand : null))],
  'is defined': [overload('value', [anything], (value) => value !== null)],
  'get or else': [overload('value, default', [anything, anything], (value, otherwise) => value ?? otherwise)],
  assert: [
    overload('value, condition', [anything, anything], (value, condition) =>
      condition === true ? value : new FeelError('The condition is not fulfilled'),
    ),
    overload('value, condition, cause', [anything, anything, anything], (value, condition, cause) => {
      if (condition === true) return value
      return text(cause) ? new FeelError(worded`${cause}`) : undefined
    }),
  ],
}
