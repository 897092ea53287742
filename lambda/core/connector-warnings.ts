import type { Connector } from './connector.ts'
import { warningsOf } from './expressions.ts'

/** Something that Camunda would silently take for null at every message: no fault, and hardly meant. */
export interface ConnectorWarning {
  readonly path: string
  readonly expression: string
  readonly message: string
  /** The part of the expression: its first character, and the one after its last. */
  readonly from: number
  readonly to: number
}

/** Unknown functions, wrong numbers of arguments and unknown names in a connector's expressions. */
export function connectorWarnings({ elements }: Pick<Connector, 'elements'>): ConnectorWarning[] {
  return elements.flatMap((element, index) =>
    EXPRESSIONS.flatMap(({ property, names }) => {
      const expression = element[property] ?? ''
      const path = `elements[${index}].${property}`
      return warningsOf(expression, names).map(({ message, from, to }) => ({ path, expression, message, from, to }))
    }),
  )
}

const EXPRESSIONS = [
  { property: 'activationCondition', names: [] },
  { property: 'correlationKeyExpression', names: [] },
  { property: 'messageIdExpression', names: [] },
  { property: 'resultExpression', names: ['response'] },
] as const
