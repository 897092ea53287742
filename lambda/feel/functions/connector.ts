import { EvaluationFault } from '../evaluation/evaluation.ts'
import { DaysTimeDuration } from '../temporal/temporal.ts'
import { type FeelItem, type FeelValue, MadeContext } from '../values/values.ts'
import { anything, context, type FunctionTable, number, overload, text } from './overload.ts'

/** What Camunda's connectors add to the language. Arguments of wrong types fail, even null. */
export const CONNECTOR_FUNCTIONS: FunctionTable = {
  bpmnError: [
    overload('errorCode, errorMessage', [anything, anything], (code, message) => bpmnError(code, message)),
    overload('errorCode, errorMessage, variables', [anything, anything, anything], (code, message, variables) =>
      bpmnError(code, message, { variables: required('bpmnError', 'variables', variables, context) }),
    ),
  ],
  jobError: [
    overload('errorMessage', [anything], (message) => jobError(message)),
    overload('errorMessage, variables', [anything, anything], (message, variables) => jobError(message, variables)),
    overload('errorMessage, variables, retries', [anything, anything, anything], (message, variables, retries) =>
      jobError(message, variables, retries),
    ),
    overload(
      'errorMessage, variables, retries, retryBackoff',
      [anything, anything, anything, anything],
      (message, variables, retries, backoff) => jobError(message, variables, retries, backoff),
    ),
  ],
}

const NOTHING = new MadeContext(new Map())

function bpmnError(code: FeelValue, message: FeelValue, more: Record<string, FeelItem> = {}): MadeContext {
  const errorCode = required('bpmnError', 'errorCode', code, text)
  const errorMessage = required('bpmnError', 'errorMessage', message, text)
  return new MadeContext(new Map<string, FeelItem>(Object.entries({ errorType: 'bpmnError', errorCode, errorMessage, ...more })))
}

const isDuration = (value: FeelValue): value is DaysTimeDuration => value instanceof DaysTimeDuration

/** The variables are asked for, and then left out: so it is in Camunda's connectors 8.8. */
function jobError(
  message: FeelValue,
  variables: FeelValue = NOTHING,
  retries: FeelValue = 0,
  retryBackoff: FeelValue = DaysTimeDuration.ofSeconds(0),
): MadeContext {
  required('jobError', 'variables', variables, context)
  return new MadeContext(
    new Map<string, FeelItem>([
      ['errorMessage', required('jobError', 'errorMessage', message, text)],
      ['retries', required('jobError', 'retries', retries, number)],
      ['retryBackoff', required('jobError', 'retryBackoff', retryBackoff, isDuration)],
      ['variables', NOTHING],
      ['errorType', 'jobError'],
    ]),
  )
}

/** @throws EvaluationFault of an argument of a wrong type */
function required<T extends FeelValue>(name: string, parameter: string, value: FeelValue, is: (value: FeelValue) => value is T): T {
  if (is(value)) return value
  throw new EvaluationFault(`parameter '${parameter}' of function '${name}' has a wrong type`)
}
