import leven from 'leven'
import type { z } from 'zod'

/** One fault of a connector: where, what is there, and what would be right. */
export interface Fault {
  /** As one would write it in code: `elements[0].messageTtl`; empty for the whole. */
  readonly path: string
  readonly found: string
  readonly expected: string
  /** The place in a text, where the fault is in one. */
  readonly at?: { readonly text: string; readonly from: number }
}

/** A connector is faulty: all faults at once. Thrown where a configuration is read, never in the middle of a batch. */
export class ConnectorConfigurationError extends Error {
  override readonly name = 'ConnectorConfigurationError'
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[], source?: string) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`
    const lines = faults.flatMap((fault) => [
      `  ${fault.path || '(file)'}: found ${fault.found}; expected ${fault.expected}`,
      ...caret(fault),
    ])
    super([`${source ?? 'The connector'} has ${count}:`, ...lines].join('\n'))
    this.faults = faults
  }

  /** The same faults, told of a named file or parameter. */
  of(source: string): ConnectorConfigurationError {
    return new ConnectorConfigurationError(this.faults, source)
  }
}

/** The line of a text in which a fault is, and a caret below its place. */
function caret({ at }: Fault): string[] {
  if (!at) return []
  const begin = at.text.lastIndexOf('\n', at.from - 1) + 1
  const [line = ''] = at.text.slice(begin).split('\n')
  return [`      ${line}`, `      ${' '.repeat(at.from - begin)}^`]
}

/** Properties of the official element template (and of its documentation) which have another place here. */
const COUNTERPARTS: Record<string, string> = {
  authentication: 'nothing: the function’s IAM role authenticates, no keys are needed',
  awsCredential: 'nothing: the function’s IAM role authenticates, no keys are needed',
  configuration: 'nothing: the region is the one in queue.url or queue.arn, or the stack’s',
  region: 'nothing: the region is the one in queue.url or queue.arn, or the stack’s',
  pollingWaitTime: 'nothing: Lambda long-polls for 20 s; eventSource.maximumBatchingWindow gathers for longer',
  visibilityTimeout: 'queue.visibilityTimeout',
  correlationRequired: 'nothing: a correlationKeyExpression says it',
  correlationKey: 'nothing: it belongs to the message in the diagram; correlationKeyExpression is the one of the SQS message',
  deduplicationMode: 'nothing: a file is a queue, and its elements share it',
  deduplicationModeManualFlag: 'nothing: a file is a queue, and its elements share it',
  deduplicationId: 'nothing: a file is a queue, and its elements share it',
  inbound: 'nothing: a file of this folder is always an Amazon SQS inbound connector',
}

/** A schema issue in the words of whoever wrote the file. */
export function toFault(schema: z.ZodType, issue: z.core.$ZodIssue): Fault[] {
  const path = toPath(issue.path)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: toPath([...issue.path, key]),
      found: 'an unknown property',
      expected: nearest(schema, issue.path, key),
    }))
  return [{ path, found: show(issue.input), expected: expectation(issue) }]
}

/** A value as a fault tells it: JSON, shortened. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 117)}…` : text
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return (
        { int: 'a whole number', array: 'a list', record: 'an object' }[issue.expected as string] ??
        `${article(issue.expected)} ${issue.expected}`
      )
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(show).join(', ')}`
    case 'too_small':
      return issue.origin === 'string' ? 'a text that is not empty' : issue.origin === 'array' ? issue.message : `at least ${issue.minimum}`
    case 'too_big':
      return `at most ${issue.maximum}`
    case 'invalid_union':
      return issue.discriminator ? 'a kind: "createProcessInstance" or "publishMessage"' : 'one of the values which the schema lists'
    default:
      return issue.message
  }
}

function article(noun: string): string {
  return /^[aeio]/.test(noun) ? 'an' : 'a'
}

function nearest(schema: z.ZodType, path: readonly PropertyKey[], key: string): string {
  const here = propertiesAt(schema, path)
  const distance = (name: string) => leven(name.toLowerCase(), key.toLowerCase())
  const [best] = here.toSorted((one, other) => distance(one) - distance(other))
  if (best !== undefined && distance(best) <= Math.max(2, best.length / 3)) return `“${best}”, the nearest property there is`
  const elsewhere = pathsOf(schema, key).filter((place) => place !== toPath([...path, key]))
  if (elsewhere.length > 0) return `it at ${elsewhere.join(' or ')}`
  return COUNTERPARTS[key.split('.')[0] ?? ''] ?? `one of ${here.join(', ')}`
}

type Definition = {
  readonly innerType?: z.ZodType
  readonly element?: z.ZodType
  readonly options?: readonly z.ZodType[]
  readonly shape?: Readonly<Record<string, z.ZodType>>
}

/** The parts of a schema by their step in a path; a list's parts are one, under `*`. */
function parts(schema: z.ZodType): Record<string, z.ZodType> {
  const { innerType, element, options, shape } = schema.def as Definition
  if (shape) return { ...shape }
  if (innerType) return parts(innerType)
  if (element) return { '*': element }
  return Object.assign({}, ...(options ?? []).map(parts))
}

function propertiesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path
  if (step === undefined) return Object.keys(parts(schema))
  const part = parts(schema)[typeof step === 'number' ? '*' : String(step)]
  return part ? propertiesAt(part, rest) : []
}

function pathsOf(schema: z.ZodType, key: string, path: readonly PropertyKey[] = []): string[] {
  return Object.entries(parts(schema)).flatMap(([step, part]) => [
    ...(step === key ? [toPath([...path, step])] : []),
    ...pathsOf(part, key, [...path, step]),
  ])
}

function toPath(steps: readonly PropertyKey[]): string {
  return steps
    .map((step, index) => (typeof step === 'number' || step === '*' ? `[${String(step)}]` : `${index ? '.' : ''}${String(step)}`))
    .join('')
}
