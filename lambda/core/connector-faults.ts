import leven from 'leven'
import type { z } from 'zod'
import { isTypo, nearestName } from './nearest-name.ts'

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
    const count = faults.length === 1 ? 'an error' : `${faults.length} errors`
    const lines = faults.flatMap(faultLines).map((line) => `  ${line}`)
    super([`${source ?? 'The connector'} has ${count}:`, ...lines].join('\n'))
    this.faults = faults
  }
}

/** A fault as it is told: a line, and where it is in an expression, that and a caret below. */
export function faultLines(fault: Fault): string[] {
  return [`${fault.path || '(file)'}: found ${fault.found}; expected ${fault.expected}`, ...caret(fault)]
}

/** The line of a text in which a fault is, and a caret below its place. */
function caret({ at }: Fault): string[] {
  if (!at) return []
  const begin = at.text.lastIndexOf('\n', at.from - 1) + 1
  const [line = ''] = at.text.slice(begin).split('\n')
  return [`    ${line}`, `    ${' '.repeat(at.from - begin)}^`]
}

/** Properties of the official element template (and of its documentation) which have another place here. */
const COUNTERPARTS: Record<string, string> = {
  authentication: 'nothing: the function’s IAM role authenticates, no keys are needed',
  awsCredential: 'nothing: the function’s IAM role authenticates, no keys are needed',
  endpoint: 'nothing: the endpoint is that of the queue’s region',
  configuration: 'nothing: the region is the one in queue.url or queue.arn, or the stack’s',
  region: 'nothing: the region is the one in queue.url or queue.arn, or the stack’s',
  pollingWaitTime: 'nothing: Lambda long-polls for 20 s; eventSource.maximumBatchingWindow gathers for longer',
  correlationRequired: 'nothing: a correlationKeyExpression says it',
  correlationKey: 'nothing: it belongs to the message in the diagram; correlationKeyExpression is the one of the SQS message',
  deduplicationMode: 'nothing: a file is a queue, and its elements share it',
  deduplicationModeManualFlag: 'nothing: a file is a queue, and its elements share it',
  deduplicationId: 'nothing: a file is a queue, and its elements share it',
  maxConcurrency: 'maximumConcurrency',
  maxBatchingWindow: 'maximumBatchingWindow',
  provisionedPollerConfig: 'provisionedPollers, with minimum and maximum',
  minimumPollers: 'provisionedPollers.minimum',
  maximumPollers: 'provisionedPollers.maximum',
  diagrams: 'elements: a diagram is read where a connector’s file is, and its parameter holds what came of it',
  inbound: 'nothing: a file of this folder is always an Amazon SQS inbound connector',
}

/** A schema issue in the words of whoever wrote the file. */
export function toFault(schema: z.ZodType, issue: z.core.$ZodIssue): Fault[] {
  const path = toPath(issue.path)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: toPath([...issue.path, key]),
      found: 'an unknown property',
      expected: counterpart(key) ?? nearest(schema, issue, key),
    }))
  if (issue.code === 'invalid_union' && issue.discriminator)
    return [{ path, found: show(kindOf(issue.input)), expected: expectedKind(schema, issue.path, issue.discriminator) }]
  if (issue.code === 'invalid_union') {
    // Of an object, what is wrong within it.
    const within = issue.errors.find((issues) => issues.some((one) => one.path.length > 0 || one.code === 'unrecognized_keys'))
    if (within) return within.flatMap((one) => toFault(schema, { ...one, path: [...issue.path, ...one.path] }))
  }
  return [{ path, found: show(issue.input), expected: rangeOf(schemaAt(schema, issue.path)) ?? expectation(issue) }]
}

/** The properties by which the variants of a place are told apart. */
const DISCRIMINATORS = ['kind', 'service'] as const

function kindOf(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return undefined
  return DISCRIMINATORS.flatMap((name) => (name in input ? [(input as Record<string, unknown>)[name]] : []))[0]
}

function expectedKind(schema: z.ZodType, path: readonly PropertyKey[], name: string): string {
  const place = schemaAt(schema, path.at(-1) === name ? path.slice(0, -1) : path)
  const kinds = variantsOf(place ?? schema).map((variant) => show(discriminator(variant)))
  return `${article(name)} ${name}: ${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}`
}

/** Template properties are flat there: `queue.pollingWaitTime`, `authentication.type`. */
function counterpart(key: string): string | undefined {
  const steps = key.split('.')
  return COUNTERPARTS[steps.at(-1) ?? ''] ?? COUNTERPARTS[steps[0] ?? '']
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
      return issue.message
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message
    default:
      return issue.message
  }
}

/** Of a number, what it may be, whatever was wrong with the one that was found. */
function rangeOf(schema: z.ZodType | undefined): string | undefined {
  const { type, innerType } = (schema?.def ?? {}) as Definition
  if (innerType) return rangeOf(innerType)
  if (type !== 'number') return undefined
  const { minValue, maxValue } = schema as z.ZodNumber
  const least = `a whole number ${maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? 'of at least' : 'from'} ${minValue}`
  return least.includes('from') ? `${least} to ${maxValue}` : least
}

function article(noun: string): string {
  return /^[aeio]/.test(noun) ? 'an' : 'a'
}

function nearest(schema: z.ZodType, { path, input }: z.core.$ZodIssueUnrecognizedKeys, key: string): string {
  const place = schemaAt(schema, path)
  const variant = place && variantOf(place, kindOf(input))
  const here = variant ? Object.keys(parts(variant)) : []
  const owner = place && variantsOf(place).find((other) => other !== variant && key in parts(other))
  if (owner) return `nothing: it belongs to the kind ${show(discriminator(owner))}`
  const typo = nearestName(key, here)
  if (typo !== undefined) return `“${typo}”, the nearest property there is`
  const isElsewhere = (step: string) => step === key.split('.').at(-1)
  const elsewhere = pathsOf(schema, isElsewhere).filter((other) => key.includes('.') || other !== toPath([...path, key]))
  const nested = elsewhere.includes(key) ? [key] : elsewhere
  if (nested.length > 0) return `it at ${nested.join(' or ')}${key.includes('.') ? ', as objects within each other' : ''}`
  const [near] = byDistance(here, key, isPartOf)
  if (near !== undefined) return `“${near}”, the nearest property there is`
  const [other] = byDistance(
    pathsOf(schema, (step) => isTypo(step, key) || isPartOf(step, key)),
    key,
    () => true,
  )
  return other === undefined ? `one of ${here.join(', ')}` : `${other}, the nearest property there is`
}

/** The names that fit, the nearest first; of paths by their last steps. */
function byDistance(names: readonly string[], key: string, fits: (name: string, key: string) => boolean): string[] {
  const far = (name: string) => leven(lastOf(name), lastOf(key))
  return names.filter((name) => fits(name, key)).toSorted((one, other) => far(one) - far(other))
}

function lastOf(path: string): string {
  return (path.split('.').at(-1) ?? '').toLowerCase()
}

/** `memory` of `memorySize`, `ttl` of `messageTtl`. */
function isPartOf(name: string, key: string): boolean {
  const [one, other] = [lastOf(name), lastOf(key)]
  return Math.min(one.length, other.length) >= 3 && (one.includes(other) || other.includes(one))
}

type Definition = {
  readonly type?: string
  readonly innerType?: z.ZodType
  readonly element?: z.ZodType
  readonly options?: readonly z.ZodType[]
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly values?: readonly unknown[]
}

/** The parts of a schema by their step in a path; a list's parts are one, under `*`. */
function parts(schema: z.ZodType): Record<string, z.ZodType> {
  const { innerType, element, options, shape } = schema.def as Definition
  if (shape) return { ...shape }
  if (innerType) return parts(innerType)
  if (element) return { '*': element }
  return Object.assign({}, ...(options ?? []).map(parts))
}

function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  const [step, ...rest] = path
  if (step === undefined) return schema
  const part = parts(schema)[typeof step === 'number' ? '*' : String(step)]
  return part && schemaAt(part, rest)
}

/** The options of a union. */
function variantsOf(schema: z.ZodType): readonly z.ZodType[] {
  return (schema.def as Definition).options ?? []
}

function variantOf(schema: z.ZodType, kind: unknown): z.ZodType {
  return variantsOf(schema).find((option) => discriminator(option) === kind) ?? schema
}

function discriminator(variant: z.ZodType): unknown {
  const { kind, service = kind } = parts(variant)
  return service && (service.def as Definition).values?.[0]
}

/** The paths whose last steps fit. */
function pathsOf(schema: z.ZodType, fits: (step: string) => boolean, path: readonly PropertyKey[] = []): string[] {
  return Object.entries(parts(schema)).flatMap(([step, part]) => [
    ...(step !== '*' && fits(step) ? [toPath([...path, step])] : []),
    ...pathsOf(part, fits, [...path, step]),
  ])
}

function toPath(steps: readonly PropertyKey[]): string {
  return steps
    .map((step, index) => (typeof step === 'number' || step === '*' ? `[${String(step)}]` : `${index ? '.' : ''}${String(step)}`))
    .join('')
}
