import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type MessageOutcome, plain } from './message-outcome.ts'

const OUTCOMES = ['ProcessInstanceCreated', 'MessagePublished', 'ActivationConditionNotMet', 'InvalidInput'] as const

const variables = z.record(z.string(), z.unknown(), { error: 'an object of process variables' })

export const expectationSchema = z
  .strictObject({
    outcome: z.enum(OUTCOMES).optional().describe('The outcome, where Camunda takes what it is sent.'),
    elementId: z.string().optional().describe('The element which the message activates.'),
    variables: variables.optional().describe('The process variables, all of them.'),
    variablesInclude: variables
      .optional()
      .describe('Process variables which are there, perhaps beside others; of objects in them, the properties which are named.'),
    correlationKey: z.string().optional().describe('The correlation key of the message that is published.'),
    messageId: z.string().optional().describe('The id by which duplicates are known.'),
    reason: z.string().min(1).optional().describe('A part of the reason for which the message is invalid.'),
    filteredOut: z.boolean().optional().describe('Whether Lambda’s filter deletes the message before the function sees it.'),
    afterwards: z
      .enum(['deleted', 'back in the queue', 'dead letter'])
      .optional()
      .describe(
        'What becomes of the message itself. What is back in the queue becomes a dead letter after queue.maxReceiveCount receives.',
      ),
  })
  .refine((expected) => Object.keys(expected).length > 0, {
    error: 'at least one expectation: outcome, elementId, variables, …',
    when: ({ issues }) => issues.length === 0,
  })
  .describe('What is to become of the message. What is not named may be anything.')

export type Expectation = z.input<typeof expectationSchema>

/** What was expected and what came instead, of the same properties; both as they are to be compared by whoever shows them. */
export interface Difference {
  readonly expected: Readonly<Record<string, unknown>>
  readonly actual: Readonly<Record<string, unknown>>
}

/** Undefined where the outcome is as expected. */
export function differenceFrom(expectation: Expectation, outcome: MessageOutcome): Difference | undefined {
  const names = Object.keys(expectation) as (keyof Expectation)[]
  const expected = Object.fromEntries(names.map((name) => [name, plain(expectation[name])]))
  const found = names.map((name) => [name, actualOf(name, expected[name], outcome)] as const)
  const actual = Object.fromEntries(found.filter(([, value]) => value !== undefined))
  if (isDeepStrictEqual(expected, actual)) return undefined
  // Whatever else was expected, this is what one asks next.
  const why = outcome.reason === undefined || 'reason' in expected ? {} : { outcome: outcome.outcome, reason: outcome.reason }
  return { expected, actual: { ...actual, ...why } }
}

function actualOf(name: keyof Expectation, expected: unknown, outcome: MessageOutcome): unknown {
  switch (name) {
    case 'variablesInclude':
      return named(outcome.variables, expected)
    case 'reason':
      return outcome.reason?.includes(String(expected)) ? expected : outcome.reason
    default:
      return outcome[name]
  }
}

/** Of objects, the properties which a pattern names. */
function named(value: unknown, pattern: unknown): unknown {
  if (!isObject(value) || !isObject(pattern)) {
    if (!Array.isArray(value) || !Array.isArray(pattern)) return value
    return value.map((item, index) => (index in pattern ? named(item, pattern[index]) : item))
  }
  return Object.fromEntries(
    Object.keys(pattern)
      .filter((key) => Object.hasOwn(value, key))
      .map((key) => [key, named(value[key], pattern[key])]),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
