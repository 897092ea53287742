import { FeelExpression, type FeelNode } from '../feel/feel.ts'
import type { JsonObject, JsonValue } from '../json/json.ts'
import { AS_IN_LAMBDA } from './expression-answer.ts'
import { parsed } from './expressions.ts'

/** What an expression came to, and what each of its parts did. */
export interface Trace {
  /** Its text. */
  readonly expression: string
  readonly value?: JsonValue
  /** The value's type in FEEL. */
  readonly type?: string
  /** Why there is no value. */
  readonly failure?: string
  /** Why it is null: what was not there, or is of another type. */
  readonly warnings?: readonly string[]
  /** The engine has not come to it: what is before it decides. */
  readonly skipped?: true
  readonly parts?: readonly Trace[]
}

/** How an expression came to its value on these variables, part by part. */
export function traceOf(text: string, variables: JsonObject): Trace {
  const expression = parsed(text)
  if (expression.kind === 'syntaxError') return { expression: text, failure: expression.message }
  const { root } = expression.expression
  return { ...new Tracer(text, variables).trace(root), expression: text }
}

class Tracer {
  readonly #text: string
  readonly #variables: JsonObject

  constructor(text: string, variables: JsonObject) {
    this.#text = text
    this.#variables = variables
  }

  trace(node: FeelNode): Trace {
    const result = new FeelExpression(this.#text, node).evaluate(this.#variables, AS_IN_LAMBDA)
    const parts = this.#partsOf(node)
    // A warning is told at the smallest part which has it.
    const warnings = parts.length > 0 ? [] : [...new Set(result.warnings.map(({ type, message }) => `${type}: ${message}`))]
    return {
      expression: textAt(this.#text, node.from, node.to),
      ...(result.kind === 'value' ? { value: result.value, type: result.type } : { failure: result.reason }),
      ...(warnings.length > 0 && { warnings }),
      ...(parts.length > 0 && { parts }),
    }
  }

  #partsOf(node: FeelNode): Trace[] {
    switch (node.kind) {
      case 'and':
        return this.#untilDecided(chainOf(node), false)
      case 'or':
        return this.#untilDecided(chainOf(node), true)
      case 'if': {
        const condition = this.trace(node.condition)
        const [consequent, alternative] = [this.trace(node.consequent), this.trace(node.alternative)]
        return condition.value === true ? [condition, consequent, skipped(alternative)] : [condition, skipped(consequent), alternative]
      }
      default:
        return partsToTell(node).map((part) => this.trace(part))
    }
  }

  /** Three-valued logic: the first part with this value decides, and those behind it are not asked. */
  #untilDecided(nodes: readonly FeelNode[], decisive: boolean): Trace[] {
    let isDecided = false
    return nodes.map((node) => {
      const trace = isDecided ? skipped(this.trace(node)) : this.trace(node)
      isDecided ||= trace.value === decisive
      return trace
    })
  }
}

function skipped(trace: Trace): Trace {
  return { ...trace, skipped: true }
}

/** `a and b and c` as three. */
function chainOf(node: FeelNode & { readonly kind: 'and' | 'or' }): FeelNode[] {
  const { left, right } = node
  return [...(left.kind === node.kind ? chainOf(left as typeof node) : [left]), right]
}

/** The parts of which a value is made, so far as they have values by themselves and their text does not tell them. */
function partsToTell(node: FeelNode): readonly FeelNode[] {
  switch (node.kind) {
    case 'comparison':
    case 'arithmetic':
      return [node.left, node.right].filter(isTelling)
    case 'between':
      return [node.value, node.low, node.high].filter(isTelling)
    case 'in':
    case 'instanceOf':
      return [node.value].filter(isTelling)
    case 'negation':
      return [node.operand].filter(isTelling)
    case 'path':
      return [node.object].filter(isTelling)
    case 'filter':
      return [node.list].filter(isTelling)
    case 'for':
    case 'some':
    case 'every':
      // The later iterators may see the variables of the earlier ones.
      return node.iterators
        .slice(0, 1)
        .map(({ list }) => list)
        .filter(isTelling)
    case 'call':
      return (node.args.kind === 'positional' ? node.args.values : node.args.values.map(({ value }) => value)).filter(isTelling)
    default:
      return []
  }
}

function isTelling({ kind }: FeelNode): boolean {
  return !['literal', 'function', 'external', 'range', 'sequence', 'inputValue'].includes(kind)
}

/** A part of an expression, with the parentheses around its own parts, which are no part of the tree. */
function textAt(text: string, from: number, to: number): string {
  const part = text.slice(from, to)
  let [depth, least] = [0, 0]
  for (const character of part.replace(/"(?:[^"\\]|\\.)*"/g, '')) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    least = Math.min(least, depth)
  }
  if (least < 0) {
    const opening = text.lastIndexOf('(', from - 1)
    return opening < 0 ? part : textAt(text, opening, to)
  }
  const closing = depth > 0 ? text.indexOf(')', to) : -1
  return closing < 0 ? part : textAt(text, from, closing + 1)
}
