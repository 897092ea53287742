import type { ExpressionProperty } from '../../lambda/core/connector-warnings.ts'

/** The expressions of an element, as Camunda Modeler calls them. */
export const PROPERTY_LABELS: Readonly<Record<ExpressionProperty, string>> = {
  activationCondition: 'Activation condition',
  correlationKeyExpression: 'Correlation key',
  messageIdExpression: 'Message id',
  resultExpression: 'Result expression',
}

/** With what the playground begins. */
export interface PlaygroundPlace {
  readonly messageId?: string
  readonly connector?: string
  readonly elementId?: string
  readonly property?: ExpressionProperty
  readonly expression?: string
}

/** What is behind the playground’s name in the address: the id of a message, or more of it as JSON. */
export function playgroundPlace(path: string): PlaygroundPlace {
  if (path === '') return {}
  return path.startsWith('{') ? (parsed(path) ?? {}) : { messageId: path }
}

function parsed(text: string): PlaygroundPlace | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
