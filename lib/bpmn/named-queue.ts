import { existingQueue, parseConnector } from '../../lambda/core/connector.ts'

/** A queue that exists, by what a diagram or a connector's file says of it. */
export interface NamedQueue {
  readonly arn: string
  readonly name: string
  readonly region: string
  /** As a connector's file names it: by its URL or ARN, as the diagram does. */
  readonly named: { readonly url: string } | { readonly arn: string }
}

/** The queue of a URL or an ARN, as a connector's file accepts it; undefined where the text is neither. */
export function namedQueue(text: string): NamedQueue | undefined {
  const named = text.startsWith('arn:') ? { arn: text } : { url: text }
  const elements = [{ elementId: 'any', correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'any' } }]
  try {
    const queue = existingQueue(parseConnector(JSON.stringify({ queue: named, elements })))
    return queue && { ...queue, named }
  } catch {
    return undefined
  }
}
