import type { Metafile } from 'esbuild'
import type { Spread } from '../statistics.ts'
import type { Sample } from './handler-process.ts'

/** A figure of this build, and where there is another one, of that. */
export interface CostRow {
  readonly name: string
  readonly unit: string
  readonly ours: Spread
  readonly baseline?: Spread
  /** Ours to the baseline's. */
  readonly ratio?: Spread
  readonly turns: number
}

export interface Part {
  readonly name: string
  /** A message. */
  readonly micros: number
}

export interface Package {
  readonly name: string
  /** In what a cold start loads. */
  readonly bytes: number
}

const SOCKETS = 'sockets and streams of Node'

/** Which part of the function a file is of; the first that matches. */
const PARTS: readonly [pattern: RegExp, name: string][] = [
  [/\/lambda\/feel\//, 'FEEL'],
  [/\/lambda\/json\/|sqs-message/, 'reading the message'],
  [/http-connection|http-parser-js|camunda-client|token-source|camunda-answer/, 'HTTP'],
  [/node:(internal\/)?(net|stream|streams|_?http|timers|dns|tls)|stream_base|readable|writable/, SOCKETS],
  [/function-log|told-text/, 'log'],
  [/metrics/, 'metrics'],
  [/correlation|activation|outcome|message-evaluation/, 'variables and command'],
  [/configuration|parameter|@smithy|@aws/, 'configuration'],
  [/\/lambda\/|p-limit/, 'the batch'],
]

/** Microseconds of a message, the greatest part first. */
export function byPart(samples: readonly Sample[], messages: number): Part[] {
  const micros = new Map<string, number>()
  for (const sample of samples) {
    const name = partOf(sample)
    if (name !== undefined) micros.set(name, (micros.get(name) ?? 0) + sample.micros / messages)
  }
  return [...micros].map(([name, of]) => ({ name, micros: of })).sort((a, b) => b.micros - a.micros)
}

function partOf({ url, functionName }: Sample): string | undefined {
  if (functionName === '(idle)' || /inspector|\/bench\//.test(url)) return undefined
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(program)') return 'native code and the system'
  // Of Node's own functions without a file: the log is a pipe, and what goes to Camunda a socket.
  if (functionName === 'writeUtf8String') return 'log'
  if (/^(writev|writeLatin1String|writeBuffer)$/.test(functionName)) return SOCKETS
  return PARTS.find(([pattern]) => pattern.test(url))?.[1] ?? 'the rest of Node'
}

/** Bytes that a cold start loads, the greatest package first; of this project, by its folders. */
export function byPackage({ outputs }: Metafile): Package[] {
  const bytes = new Map<string, number>()
  const seen = new Set<string>()
  const add = (file: string) => {
    const output = outputs[file]
    if (!output || seen.has(file)) return
    seen.add(file)
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs))
      bytes.set(packageOf(input), (bytes.get(packageOf(input)) ?? 0) + bytesInOutput)
    for (const { path, kind } of output.imports) if (kind === 'import-statement') add(path)
  }
  const index = Object.keys(outputs).find((file) => file.endsWith('index.mjs'))
  if (index !== undefined) add(index)
  return [...bytes].map(([name, of]) => ({ name, bytes: of })).sort((a, b) => b.bytes - a.bytes)
}

function packageOf(input: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? []
  return name ?? /^lambda\/(?:feel|core|json)/.exec(input)?.[0] ?? 'lambda'
}
