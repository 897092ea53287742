import { parsed } from '../../lambda/core/expressions.ts'
import type { DiagramProcess } from './diagram.ts'

/** The messages for which elements of a process wait. */
export interface AwaitedMessages {
  readonly names: ReadonlySet<string>
  /** Whether there are names besides which variables of the process decide. */
  readonly hasOthers: boolean
}

export function awaitedMessages(processes: readonly DiagramProcess[]): AwaitedMessages {
  const written = processes
    .flatMap(({ elements }) => elements)
    .flatMap(({ message }) => (message.kind === 'message' ? (message.name ?? []) : []))
  const names = [...new Set(written)].map(nameOf)
  return { names: new Set(names.filter((name) => name !== undefined)), hasOthers: names.includes(undefined) }
}

/** A name as the engine evaluates it; undefined where it takes variables. */
function nameOf(text: string): string | undefined {
  if (!text.trimStart().startsWith('=')) return text
  const expression = parsed(text)
  const result = expression.kind === 'parsed' ? expression.expression.evaluate({}) : undefined
  return result?.kind === 'value' && typeof result.value === 'string' ? result.value : undefined
}
