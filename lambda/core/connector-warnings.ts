import { childrenOf, type FeelNode } from '../feel/syntax/syntax-tree.ts'
import { differencesBetween } from './activation.ts'
import { type Connector, type Element, EXPRESSION_PROPERTIES } from './connector.ts'
import { parsed, warningsOf } from './expressions.ts'
import { pushDown } from './push-down.ts'
import { isProjected } from './sqs-message.ts'
import { hintAt, typeOfExpression, typeWarnings } from './type-warnings.ts'

/** Something that is no fault, and hardly meant. */
export interface ConnectorWarning {
  readonly path: string
  /** The text that it is about; empty where it is about one that is missing. */
  readonly expression: string
  /** The whole of it, as a sentence. */
  readonly message: string
  /** The part of the expression: its first character, and the one after its last. */
  readonly from: number
  readonly to: number
}

export type ExpressionProperty = (typeof EXPRESSION_PROPERTIES)[number]
export type FoundInExpression = Pick<ConnectorWarning, 'message' | 'from' | 'to'>

/** What in a connector does nothing, or not what it seems to: in each of its expressions, and between its elements. */
export function connectorWarnings(connector: Pick<Connector, 'elements'> & Partial<Pick<Connector, 'queue'>>): ConnectorWarning[] {
  const { elements } = connector
  return elements.flatMap((element, index) => [
    ...EXPRESSION_PROPERTIES.flatMap((property) => {
      const expression = element[property] ?? ''
      return expressionWarnings(property, expression, connector.queue).map((found) => ({
        path: `elements[${index}].${property}`,
        expression,
        ...found,
      }))
    }),
    ...besideOthers(element, index, elements),
  ])
}

/** What in an expression does nothing, or not what it seems to, as the value of this property. Blank: nothing. */
export function expressionWarnings(property: ExpressionProperty, text: string, queue: Connector['queue'] | undefined): FoundInExpression[] {
  const expression = text.trim() ? parsed(text) : undefined
  if (expression?.kind !== 'parsed') return []
  const { root } = expression.expression
  const nullAtAll = ({ from, to }: Pick<FoundInExpression, 'from' | 'to'>) => `“${text.slice(from, to)}” is null at every message`
  const found = [
    ...warningsOf(text, property === 'resultExpression' ? ['response'] : []).map(({ message, from, to }) => ({
      message: `${message}: ${nullAtAll({ from, to })}`,
      from,
      to,
    })),
    ...typeWarnings(root).map(({ message, from, to }) => ({ message: `${message}: “${text.slice(from, to)}”`, from, to })),
    ...hiddenAttributes(root, queue).map((node) => ({
      message: `${nullAtAll(node)}: queue.${node.names[0] === 'attributes' ? 'attributeNames' : 'messageAttributeNames'} leaves it out`,
      from: node.from,
      to: node.to,
    })),
    ...secrets(text),
  ]
  const whole = found.length === 0 ? wrongAsAWhole(property, root, text) : undefined
  if (whole !== undefined) return [{ message: whole, from: root.from, to: root.to }]
  // Of one place the first thing will do.
  return found.filter(({ from, to }, index) => found.findIndex((other) => other.from === from && other.to === to) === index)
}

/** What an expression gives that its property cannot use. */
function wrongAsAWhole(property: ExpressionProperty, root: FeelNode, text: string): string | undefined {
  const type = typeOfExpression(root)
  switch (property) {
    case 'activationCondition':
      if (type && type !== 'boolean') return `a ${type} is no condition, so that no message activates the element${hintAt(root)}`
      return pushDown(text, { messageAttributeNames: [], attributeNames: [], reads: 'attributes' }).messages.length === 0
        ? 'no message can meet this condition'
        : undefined
    case 'resultExpression':
      return type && type !== 'context' ? `a ${type} is no context of variables: every message is invalid` : undefined
    case 'correlationKeyExpression':
      if (type === 'list') return 'a list is no correlation key'
      return type === 'context' ? `the correlation key is the JSON text of a context${hintAt(root)}` : undefined
    case 'messageIdExpression':
      if (type === 'list') return 'a list is no message id: every message is invalid'
      return type === 'context' ? `the message id is the JSON text of a context${hintAt(root)}` : undefined
  }
}

/** Camunda's connectors replace secrets in the properties of the connector, and in no expression. */
const SECRET = /\{\{\s*secrets\..*?\}\}/g

function secrets(text: string): FoundInExpression[] {
  return [...text.matchAll(SECRET)].map(({ 0: secret, index }) => ({
    message: `“${secret}” stays as it is: secrets are not replaced in expressions`,
    from: index,
    to: index + secret.length,
  }))
}

/** Attributes which the queue's names leave out. */
function hiddenAttributes(node: FeelNode, queue: Connector['queue'] | undefined): (FeelNode & { readonly kind: 'variable' })[] {
  if (node.kind !== 'variable') return childrenOf(node).flatMap((child) => hiddenAttributes(child, queue))
  const [root, name] = node.names
  const names = { attributes: queue?.attributeNames, messageAttributes: queue?.messageAttributeNames }[root ?? '']
  return names && name !== undefined && !isProjected(names, name) ? [node] : []
}

/** A message that activates two elements is invalid, unless both wait for the very same. */
function besideOthers(element: Element, index: number, elements: readonly Element[]): ConnectorWarning[] {
  const rivals = elements.filter((other) => other !== element && differencesBetween(element, other).length > 0)
  const expression = element.activationCondition ?? ''
  const warn = (message: string) => [
    { path: `elements[${index}].activationCondition`, expression, message, from: 0, to: expression.length },
  ]
  if (rivals.length === 0) return []
  if (takesEveryMessage(element))
    return warn(
      `${element.elementId} takes every message, and one that activates ${namesOf(rivals)} as well is invalid: it needs a condition of its own`,
    )
  const same = rivals.filter((other) => elements.indexOf(other) < index && meaningOf(other) === meaningOf(element))
  return same.length > 0 ? warn(`${namesOf(same)} has the same condition, and a message that activates two elements is invalid`) : []
}

function namesOf(elements: readonly Element[]): string {
  return elements.map(({ elementId }) => elementId).join(' or ')
}

function takesEveryMessage(element: Element): boolean {
  return meaningOf(element) === meaningOf({ activationCondition: 'true' })
}

/** The syntax tree without its places: the same for conditions which differ in blanks, parentheses or the leading “=” alone. */
function meaningOf({ activationCondition }: Pick<Element, 'activationCondition'>): string | undefined {
  const expression = parsed(activationCondition?.trim() ? activationCondition : 'true')
  if (expression.kind === 'syntaxError') return undefined
  return JSON.stringify(expression.expression.root, (key, value) =>
    key === 'from' || key === 'to' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  )
}
