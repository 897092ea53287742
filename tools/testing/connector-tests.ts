import { existsSync, readdirSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import pc from 'picocolors'
import { ConnectorConfigurationError } from '../../lambda/core/connector-faults.ts'
import { nearestName } from '../../lambda/core/nearest-name.ts'
import { connectorFilesIn, isTestFile, readConnector, testFileOf } from '../../lib/connector-source.ts'
import { UsageError } from '../command-line.ts'
import { differences, jsonLines } from '../json-differences.ts'
import type { Position } from '../json-positions.ts'
import { type Difference, differenceFrom } from './expectation.ts'
import { BodyElsewhere, outcomeOf } from './message-outcome.ts'
import { type ConnectorTest, readTestFile, TestFileError } from './test-file.ts'

export interface ConnectorTestsOptions {
  /** Where connectors and their tests are. */
  readonly directory: string
  /** Names of connectors, or files of theirs; none: all of the directory. */
  readonly connectors: readonly string[]
  /** Only tests whose names have this text. */
  readonly testName?: string | undefined
  /** For programs: one JSON value in place of lines. */
  readonly json: boolean
}

/** Where results are written, a line or several at a time. */
export interface Output {
  out(text: string): void
}

interface TestResult extends Position {
  readonly name: string
  readonly status: 'passed' | 'failed'
  readonly expected?: Difference['expected']
  readonly actual?: Difference['actual']
}

/** The tests of one connector. */
interface FileResult {
  readonly connector: string
  readonly file: string
  /** Why none of them was run. */
  readonly error?: string
  readonly tests: readonly TestResult[]
  /** Elements which no message of all the tests activates. */
  readonly untested: readonly string[]
}

/**
 * Runs connectors' tests, offline, and tells how they went.
 * @returns the status of the process: 0 where all passed, 1 where one failed or there is none
 * @throws UsageError of a connector which is not there
 */
export function testConnectors(options: ConnectorTestsOptions, { out }: Output): number {
  const { directory, json, testName } = options
  const there = filesIn(directory)
  const results = chosen(options, there).map((name) => run(directory, name, testName))
  const withoutTests = options.connectors.length === 0 ? there.connectors.filter((name) => !there.tests.includes(name)) : []
  const tests = results.flatMap((result) => result.tests)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const invalid = results.filter(({ error }) => error !== undefined).length
  const summary = { passed, failed: tests.length - passed, invalid }
  if (json)
    out(
      JSON.stringify(
        { ...summary, files: results, withoutTests },
        (_name, part) => (typeof part === 'bigint' ? JSON.rawJSON(`${part}`) : part),
        2,
      ),
    )
  else {
    for (const result of results) out(reportOf(result))
    for (const name of withoutTests) out(pc.yellow(`${name}.json has no tests`))
    out(summaryLine(summary, options))
  }
  return summary.failed > 0 || invalid > 0 || passed === 0 ? 1 : 0
}

/** Names of connectors: of those in a directory, and of those which have tests there. */
interface Files {
  readonly connectors: readonly string[]
  readonly tests: readonly string[]
}

function filesIn(directory: string): Files {
  try {
    return {
      connectors: connectorFilesIn(directory).map(connectorOf),
      tests: readdirSync(directory).filter(isTestFile).map(connectorOf).sort(),
    }
  } catch (error) {
    throw new UsageError(`The tests cannot be read: ${(error as Error).message}`)
  }
}

/** The name of the connector whose file it is, or whose tests’. */
function connectorOf(file: string): string {
  return basename(file).replace(/(\.test)?\.json$/, '')
}

/** @returns names of connectors, each once */
function chosen({ directory, connectors }: ConnectorTestsOptions, { tests }: Files): readonly string[] {
  if (connectors.length === 0) return tests
  return [...new Set(connectors.map(connectorOf))].map((name) => {
    if (tests.includes(name)) return name
    const meant = nearestName(name, tests)
    throw new UsageError(`There is no ${shown(join(directory, testFileOf(name)))}.${meant ? ` Did you mean ${meant}?` : ''}`)
  })
}

/** As one would name it from here. */
function shown(path: string): string {
  const fromHere = relative('.', path)
  return fromHere.startsWith('..') ? resolve(path) : fromHere
}

function run(directory: string, name: string, testName = ''): FileResult {
  const path = join(directory, testFileOf(name))
  const file = shown(path)
  const failed = (error: string): FileResult => ({ connector: name, file, error, tests: [], untested: [] })
  if (!existsSync(join(directory, `${name}.json`)))
    return failed(`${file} has no connector: there is no ${shown(join(directory, `${name}.json`))}`)
  const source = readConnector(directory, `${name}.json`)
  if (source instanceof ConnectorConfigurationError) return failed(source.message)
  const { connector } = source
  try {
    const tests = readTestFile(path, connector, file)
    const outcomes = tests.map((test) => ({
      test,
      outcome: outcomeOf(connector, test.message, test.now === undefined ? {} : { now: test.now }),
    }))
    const activated = new Set(outcomes.map(({ outcome }) => outcome.elementId))
    return {
      connector: name,
      file,
      tests: outcomes
        .filter(({ test }) => test.name.includes(testName))
        .map(({ test, outcome }) => resultOf(test, differenceFrom(test.expect, outcome))),
      untested: connector.elements.map(({ elementId }) => elementId).filter((elementId) => !activated.has(elementId)),
    }
  } catch (error) {
    if (error instanceof TestFileError) return failed(error.message)
    if (error instanceof BodyElsewhere) return failed(`${file}: ${error.message}`)
    throw error
  }
}

function resultOf({ name, position }: ConnectorTest, difference: Difference | undefined): TestResult {
  return { name, ...position, ...(difference ? { status: 'failed', ...difference } : { status: 'passed' }) }
}

function reportOf({ file, error, tests, untested }: FileResult): string {
  if (error !== undefined) return pc.red(error)
  if (tests.length === 0) return pc.dim(`${file}: no test of that name`)
  return [
    pc.bold(file),
    ...tests.flatMap((test) => linesOf(file, test)),
    ...untested.map((elementId) => pc.yellow(`  no message activates ${elementId}`)),
  ].join('\n')
}

function linesOf(file: string, { name, line, column, expected, actual }: TestResult): string[] {
  if (!expected) return [`  ${pc.green('✓')} ${name}`]
  return [
    `  ${pc.red('✗')} ${name}`,
    `      ${pc.cyan(`${file}:${line}:${column}`)}   ${pc.green('- expected')}  ${pc.red('+ got')}`,
    ...differences(jsonLines(expected), jsonLines(actual, expected)).map((each) => `      ${coloured(each)}`),
  ]
}

function coloured(line: string): string {
  return line.startsWith('-') ? pc.green(line) : line.startsWith('+') ? pc.red(line) : pc.dim(line)
}

function summaryLine(
  { passed, failed, invalid }: { readonly passed: number; readonly failed: number; readonly invalid: number },
  { directory, testName }: ConnectorTestsOptions,
): string {
  const counts = [
    failed > 0 && pc.red(`${failed} failed`),
    invalid > 0 && pc.red(`${invalid} ${invalid === 1 ? 'file' : 'files'} not run`),
    passed > 0 && pc.green(`${passed} passed`),
  ].filter(Boolean)
  if (counts.length > 0) return `\nTests: ${counts.join(', ')}`
  return pc.red(
    testName === undefined
      ? `No tests: ${directory} has no *.test.json. The tests of orders.json stand beside it, in orders.test.json: see docs/TESTING.md.`
      : `No tests: no name has “${testName}”.`,
  )
}
