import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Connector } from '../../lambda/core/connector.ts'
import { type Fault, show, toFault } from '../../lambda/core/connector-faults.ts'
import { nearestName } from '../../lambda/core/nearest-name.ts'
import { type JsonValue, parseFirstJsonValue } from '../../lambda/json/json.ts'
import { JsonPositions, NotJson, type Position } from '../json-positions.ts'
import { type Expectation, expectationSchema } from './expectation.ts'
import { messageSchema, type TestMessage } from './test-message.ts'

/**
 * The tests of a connector: messages, and what is to become of each. They stand beside the connector, those of `orders.json` in
 * `orders.test.json`. One schema, of which the validation and `connector.test.schema.json` are made.
 */

const testSchema = z.strictObject({
  name: z.string().min(1).describe('What is claimed: “an order starts the process”.'),
  message: messageSchema,
  expect: expectationSchema,
  now: z.iso
    .datetime({ offset: true, error: 'a date and time with its offset: 2026-01-01T12:00:00Z' })
    .optional()
    .describe('What now() and today() give, in UTC; 2026-01-01T12:00:00Z otherwise. Nothing is random: random number() gives 0.5.'),
})

const fileSchema = z
  .strictObject({
    $schema: z.string().optional().describe('The schema of this file, for editors.'),
    tests: z.array(testSchema).min(1, 'at least one test').describe('The tests, each of one message.'),
  })
  .meta({
    title: 'camunda-sqs-bridge connector tests',
    description: 'Messages, and what is to become of each by the connector beside this file.',
  })

/** JSON schema of a file of tests, draft 2020-12. */
export function testFileJsonSchema(): object {
  return z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-2020-12' })
}

export interface ConnectorTest {
  readonly name: string
  readonly message: TestMessage
  readonly expect: Expectation
  /** Milliseconds since 1970. */
  readonly now: number | undefined
  readonly position: Position
}

/** A file of tests is invalid: every error at once, each with its place. */
export class TestFileError extends Error {
  override readonly name = 'TestFileError'
  readonly errors: readonly (Position & { readonly message: string })[]

  constructor(errors: TestFileError['errors'], file: string) {
    const lines = errors.map(({ line, column, message }) => `  ${file}:${line}:${column} ${message}`)
    super([`${file} has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}:`, ...lines].join('\n'))
    this.errors = errors
  }
}

/**
 * @param file as it is told
 * @throws TestFileError
 */
export function readTestFile(path: string, connector: Connector, file = path): ConnectorTest[] {
  return parseTestFile(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''), connector, file)
}

/** @throws TestFileError */
export function parseTestFile(text: string, connector: Connector, file: string): ConnectorTest[] {
  const positions = positionsIn(text, file)
  const parsed = fileSchema.safeParse(parseFirstJsonValue(text), { reportInput: true })
  const faults = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => toFault(fileSchema, issue)),
    ...unknownElements(parseFirstJsonValue(text), connector),
  ]
  const errors = [
    ...positions.repeated.map(({ path, position }) => ({ ...position, message: `${path}: found twice; expected once` })),
    ...faults.map(({ path, found, expected }) => ({
      ...positions.of(path),
      message: `${path || '(file)'}: found ${found}; expected ${expected}`,
    })),
  ].toSorted((one, other) => one.line - other.line || one.column - other.column)
  if (!parsed.success || errors.length > 0) throw new TestFileError(errors, file)
  return parsed.data.tests.map(({ now, ...test }, index) => ({
    ...test,
    now: now === undefined ? undefined : Date.parse(now),
    position: positions.of(`tests[${index}]`),
  }))
}

function positionsIn(text: string, file: string): JsonPositions {
  try {
    return new JsonPositions(text)
  } catch (error) {
    if (!(error instanceof NotJson)) throw error
    throw new TestFileError([{ ...error.position, message: `no JSON: ${error.message}` }], file)
  }
}

/** Elements which the connector has not: such a test could never succeed. Looks at the file as it is, as not all of it need be right. */
function unknownElements(file: JsonValue | undefined, { elements }: Connector): Fault[] {
  const ids = elements.map(({ elementId }) => elementId)
  const { tests } = Object(file) as { readonly tests?: unknown }
  return (Array.isArray(tests) ? tests : []).flatMap((test, index) => {
    const elementId: unknown = Object(Object(test).expect).elementId
    if (typeof elementId !== 'string' || ids.includes(elementId)) return []
    const meant = nearestName(elementId, ids)
    const expected = meant === undefined ? `an element of the connector: ${ids.join(', ')}` : `“${meant}”, the nearest element there is`
    return [{ path: `tests[${index}].expect.elementId`, found: show(elementId), expected }]
  })
}
