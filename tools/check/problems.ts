import { dirname, join } from 'node:path'
import { parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorConfigurationError, type Fault } from '../../lambda/core/connector-faults.ts'
import { type DiagramPlace, placeInDiagram, placeText, textWithin } from '../../lib/bpmn/diagram-fault.ts'
import { type ConnectorFinding, connectorFindings, sourceFindings } from '../../lib/connector-findings.ts'
import { connectorsIn, readConnectorText } from '../../lib/connector-source.ts'
import { JsonPositions, NotJson, type Position } from '../json-positions.ts'

/** What is wrong with a connector's file, or hardly meant, and where. */
export interface Problem extends Position {
  readonly file: string
  readonly severity: 'error' | 'warning' | 'note'
  /** As one would write it in code; empty for the whole. */
  readonly path: string
  readonly message: string
}

/** All problems of the connectors in a directory, those between them included, in the order of their places. @throws {ConnectorSourceError} */
export function problemsIn(
  directory: string,
  isWanted: (file: string) => boolean = () => true,
): { readonly files: readonly string[]; readonly problems: readonly Problem[] } {
  const all = connectorsIn(directory)
  const [sources, errors] = [all.sources.filter(({ file }) => isWanted(file)), all.errors.filter(({ file }) => isWanted(file))]
  const problems = [
    ...errors.flatMap(({ file, faults }) => placedIn(file, faults.map(problemOfFault))),
    ...sources.flatMap((source) => placedIn(source.file, sourceFindings(source).map(problemOfFinding))),
  ]
  return {
    files: [...new Set([...sources, ...errors].map(({ file }) => file))].sort(),
    problems: problems.toSorted((one, other) => order(one.file, other.file) || one.line - other.line || one.column - other.column),
  }
}

/** Those of a connector that is in no file, such as one which is being written; it has to say what its parameter would. @param file as it is told */
export function problemsOfText(text: string, file: string): readonly Problem[] {
  return placed(file, positionsIn(text), unplacedIn(text))
}

function unplacedIn(text: string): readonly Unplaced[] {
  try {
    return connectorFindings(parseConnector(text)).map(problemOfFinding)
  } catch (error) {
    if (error instanceof ConnectorConfigurationError) return error.faults.map(problemOfFault)
    throw error
  }
}

type Unplaced = Pick<Problem, 'severity' | 'path' | 'message'> & {
  readonly at?: Fault['at']
  /** In a diagram, whose file is named from the connector's directory. */
  readonly place?: DiagramPlace | undefined
}

function placedIn(file: string, problems: readonly Unplaced[]): Problem[] {
  return placed(file, positionsIn(readConnectorText(file)), problems)
}

function placed(file: string, positions: JsonPositions | NotJson, problems: readonly Unplaced[]): Problem[] {
  const repeated = positions instanceof NotJson ? [] : positions.repeated
  return [
    ...repeated.map(
      ({ path, position }): Problem => ({ file, ...position, severity: 'error', path, message: 'found twice; expected once' }),
    ),
    ...problems.map(({ at, place, ...problem }): Problem => {
      const { path } = problem
      if (place) return { ...problem, file: join(dirname(file), place.file), line: place.line, column: 1, path: textWithin(place) }
      const position = positions instanceof NotJson ? positions.position : at ? positions.inText(path, at) : positions.of(path)
      return { file, ...position, ...problem }
    }),
  ]
}

function positionsIn(text: string): JsonPositions | NotJson {
  try {
    return new JsonPositions(text)
  } catch (error) {
    if (error instanceof NotJson) return error
    throw error
  }
}

function problemOfFault(fault: Fault): Unplaced {
  const { path, found, expected, at } = fault
  return { severity: 'error', path, message: `found ${found}; expected ${expected}`, ...(at && { at }), place: placeInDiagram(fault) }
}

function problemOfFinding({ kind, path = '', message, follows, at, place }: ConnectorFinding): Unplaced {
  const prefix = `${place ? placeText(place) : path}: `
  const told = message.startsWith(prefix) ? message.slice(prefix.length) : message
  const whole = `${kind === 'warning' ? '' : `${kind}: `}${told}${follows ? `: ${follows}` : ''}`
  return { severity: kind === 'warning' ? 'warning' : 'note', path, message: whole, ...(at && { at }), place }
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** A line for each, as compilers write them and editors read them, and how many there are. */
export function problemReport(problems: readonly Problem[], files: number): string {
  const count = (severity: Problem['severity'], word: string) => {
    const { length } = problems.filter((problem) => problem.severity === severity)
    return `${length} ${word}${length === 1 ? '' : 's'}`
  }
  return [
    ...problems.map(
      ({ file, line, column, severity, path, message }) =>
        `${file}:${line}:${column}: ${severity}: ${path === '' ? '' : `${path}: `}${message}`,
    ),
    `${files} connector${files === 1 ? '' : 's'}: ${count('error', 'error')}, ${count('warning', 'warning')}`,
  ].join('\n')
}
