import type { Context } from 'aws-lambda'

/**
 * The function's log: a line of JSON for each thing told, with what Powertools' logger says of an invocation, in its names and its order.
 * Lines are written together where they come together, since a write costs more than the line.
 */
export class FunctionLog {
  readonly #least: number
  readonly #write: (lines: string) => void
  #invocation = ''
  #isCold = true
  #pending = ''

  constructor(write: (lines: string) => void = (lines) => process.stdout.write(lines)) {
    const { POWERTOOLS_LOG_LEVEL: level = 'INFO' } = process.env
    this.#least = LEVELS.indexOf(level.toUpperCase() as Level)
    this.#write = write
  }

  /** An invocation begins, of which the lines that follow are. */
  begin({ invokedFunctionArn, memoryLimitInMB, functionName, awsRequestId, tenantId }: InvocationContext) {
    const { POWERTOOLS_SERVICE_NAME: service = 'service_undefined', _X_AMZN_TRACE_ID: trace = '' } = process.env
    this.#invocation = membersOf({
      service,
      cold_start: this.#isCold,
      function_arn: invokedFunctionArn,
      function_memory_size: memoryLimitInMB,
      function_name: functionName,
      function_request_id: awsRequestId,
      sampling_rate: 0,
      xray_trace_id: /Root=([^;]+)/.exec(trace)?.[1],
      tenant_id: tenantId,
    })
    this.#isCold = false
  }

  info(message: string, fields: Fields = {}) {
    this.#line('INFO', message, fields)
  }

  warn(message: string, fields: Fields = {}) {
    this.#line('WARN', message, fields)
  }

  error(message: string, fields: Fields = {}) {
    this.#line('ERROR', message, fields)
  }

  /** A line which is JSON already, and told whatever the level. */
  add(line: string) {
    if (this.#pending === '') setImmediate(() => this.flush())
    this.#pending += `${line}\n`
  }

  /** Writes what has not been written yet. */
  flush() {
    const lines = this.#pending
    this.#pending = ''
    if (lines !== '') this.#write(lines)
  }

  #line(level: Level, message: string, fields: Fields) {
    if (LEVELS.indexOf(level) < this.#least) return
    const members = membersOf({ level, message, timestamp: new Date().toISOString() }) + this.#invocation + membersOf(fields)
    this.add(`{${members.slice(0, -1)}}`)
  }
}

type InvocationContext = Pick<Context, 'invokedFunctionArn' | 'memoryLimitInMB' | 'functionName' | 'awsRequestId' | 'tenantId'>

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const
type Level = (typeof LEVELS)[number]

/** What JSON has a text for. */
type Fields = Readonly<Record<string, string | number | boolean | object | null | undefined>>

/** The members of a JSON object, each with a comma behind it; those without a value are left out. */
function membersOf(fields: Fields): string {
  let members = ''
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined && value !== null && value !== '') members += `"${name}":${JSON.stringify(value)},`
  }
  return members
}
