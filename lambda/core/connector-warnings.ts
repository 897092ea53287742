import { type Connector, EXPRESSION_PROPERTIES } from './connector.ts'
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
    EXPRESSION_PROPERTIES.flatMap((property) => {
      const expression = element[property] ?? ''
      const path = `elements[${index}].${property}`
      return warningsOf(expression, property === 'resultExpression' ? ['response'] : []).map(({ message, from, to }) => ({
        path,
        expression,
        message,
        from,
        to,
      }))
    }),
  )
}
