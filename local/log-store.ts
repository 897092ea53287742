import type { ServerResponse } from 'node:http'
import { parsedJson } from '../tools/parsed-json.ts'
import { type HttpService, json, startHttpService } from './http-service.ts'

/**
 * Stand-in for CloudWatch Logs: FilterLogEvents on log groups in memory, each of its last 10,000 lines, by start time and by a pattern of
 * the form `{ $.FIELD = "VALUE" && (… || …) }`, in which `*` is anything, or `?"WORDS" ?"WORDS"`, of which one has to be there.
 *
 * What it does not do: any other pattern, streams, pages, permissions, and the seconds after which CloudWatch finds what was written.
 */
export interface LogStore extends HttpService {
  append(logGroupName: string, line: string): void
}

interface LogEvent {
  readonly eventId: string
  /** Milliseconds of the epoch. */
  readonly timestamp: number
  readonly message: string
}

const MOST_EVENTS = 10_000

export async function startLogStore(): Promise<LogStore> {
  const groups = new Map<string, LogEvent[]>()
  let count = 0
  const service = await startHttpService((request, body, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1)
    if (operation !== 'FilterLogEvents') return refuse(response, 'UnknownOperationException', `this stand-in has no ${operation}`)
    const { logGroupName, startTime = 0, filterPattern = '' } = JSON.parse(body.toString())
    const events = groups.get(logGroupName)
    if (!events) return refuse(response, 'ResourceNotFoundException', 'The specified log group does not exist.')
    const matches = matcherOf(filterPattern)
    if (!matches) return refuse(response, 'InvalidParameterException', `this stand-in knows no pattern ${filterPattern}`)
    answer(response, 200, { events: events.filter(({ timestamp, message }) => timestamp >= startTime && matches(message)) })
  })
  return {
    ...service,
    append(logGroupName, message) {
      const events = groups.get(logGroupName) ?? []
      groups.set(logGroupName, events)
      events.push({ eventId: String(++count).padStart(12, '0'), timestamp: Date.now(), message })
      if (events.length > MOST_EVENTS) events.shift()
    },
  }
}

/** Terms which all have to be true; one may be several in parentheses, of which one has to. */
function matcherOf(pattern: string): ((message: string) => boolean) | undefined {
  if (pattern === '') return () => true
  if (/^(\?"[^"]+" ?)+$/.test(pattern)) {
    const words = [...pattern.matchAll(/"([^"]+)"/g)].map(([, each = '']) => each)
    return (message) => words.some((each) => message.includes(each))
  }
  const [, terms = ''] = /^\{ (.+) \}$/.exec(pattern) ?? []
  const all = terms.split(' && ').map((term) =>
    term
      .replace(/^\((.*)\)$/, '$1')
      .split(' || ')
      .map((one) => /^\$\.([\w.]+) = "([\w*-]*)"$/.exec(one)),
  )
  if (all.flat().includes(null)) return undefined
  return (message) => {
    const line = parsedJson(message)
    return all.every((some) => some.some((match) => holds(partOf(line, match?.[1] ?? ''), match?.[2] ?? '')))
  }
}

function partOf(line: unknown, path: string): unknown {
  return path.split('.').reduce((part, name) => (Object(part) as Record<string, unknown>)[name], line)
}

function holds(found: unknown, value: string): boolean {
  return found !== undefined && found !== null && new RegExp(`^${value.replaceAll('*', '.*')}$`, 's').test(String(found))
}

function refuse(response: ServerResponse, type: string, message: string) {
  answer(response, 400, { __type: type, message })
}

function answer(response: ServerResponse, status: number, body: unknown) {
  json(response, status, body, 'application/x-amz-json-1.1')
}
