import { AssertionError } from 'node:assert'
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { type Connector, type ConnectorInput, parseConnector } from '../../lambda/core/connector.ts'
import { toFault } from '../../lambda/core/connector-faults.ts'
import { differences, jsonLines } from '../json-differences.ts'
import { differenceFrom, type Expectation, expectationSchema } from './expectation.ts'
import { DEFAULT_NOW, outcomeOf as evaluate, type MessageOutcome } from './message-outcome.ts'
import { messageSchema, type TestMessage } from './test-message.ts'

/**
 * Connectors in tests of one's own, whatever runs them: `camunda-sqs-bridge/testing`. See docs/TESTING.md.
 */

export type { ConnectorInput, Expectation, MessageOutcome, TestMessage }

export interface TestOptions {
  /** What now() and today() give; by default 2026-01-01T12:00:00Z. */
  readonly now?: Date | string | number
  /** What random number() and uuid() ask, from 0 up to, but not including, 1; by default always 0.5. */
  readonly random?: () => number
}

/**
 * What becomes of a message, by the function's own code and the filter of its event-source mapping; Camunda is not asked.
 * @param connector a connector's file, or what such a file says
 * @throws {ConnectorConfigurationError | TypeError} where the connector or the message is invalid: every error at once
 */
export function outcomeOf(connector: string | URL | ConnectorInput, message: TestMessage, options: TestOptions = {}): MessageOutcome {
  const { now = DEFAULT_NOW, random } = options
  const milliseconds = new Date(now).getTime()
  if (Number.isNaN(milliseconds))
    throw new TypeError(`options.now: found ${String(now)}; expected a date and time, such as 2026-01-01T12:00:00Z`)
  return evaluate(connectorIn(connector), checked(messageSchema, message, 'The message'), { now: milliseconds, ...(random && { random }) })
}

/**
 * Asserts what becomes of a message. What is not named may be anything.
 * @returns the whole outcome, for further assertions
 * @throws {AssertionError} with what was expected and what came instead, of which a test runner shows the difference
 */
export function expectOutcome(
  connector: string | URL | ConnectorInput,
  message: TestMessage,
  expected: Expectation,
  options: TestOptions = {},
): MessageOutcome {
  if (expected === undefined)
    throw new TypeError(
      'expectOutcome takes what is expected for its third argument; outcomeOf(connector, message) gives the outcome itself',
    )
  const outcome = outcomeOf(connector, message, options)
  const difference = differenceFrom(checked(expectationSchema, expected, 'What is expected'), outcome)
  if (!difference) return outcome
  const lines = differences(jsonLines(difference.expected), jsonLines(difference.actual, difference.expected))
  throw new AssertionError({
    message: ['The outcome of the message is not as expected (- expected, + actual):', ...lines].join('\n'),
    ...difference,
    operator: 'expectOutcome',
    stackStartFn: expectOutcome,
  })
}

function connectorIn(connector: string | URL | ConnectorInput): Connector {
  if (typeof connector === 'string' || connector instanceof URL)
    return parseConnector(readFileSync(connector, 'utf8').replace(/^\uFEFF/, ''), String(connector))
  return parseConnector(JSON.stringify(connector))
}

/** @throws TypeError naming every error at once */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.input<Schema> {
  const { error } = schema.safeParse(value, { reportInput: true })
  if (!error) return value as z.input<Schema>
  const lines = error.issues
    .flatMap((issue) => toFault(schema, issue))
    .map(({ path, found, expected }) => `  ${path || '(all of it)'}: found ${found}; expected ${expected}`)
  throw new TypeError([`${what} is invalid:`, ...lines].join('\n'))
}
