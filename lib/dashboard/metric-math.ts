import { type ArrayNode, type ConstantNode, type FunctionNode, type MathNode, type OperatorNode, type ParenthesisNode, parse } from 'mathjs'

/**
 * CloudWatch's metric math, as far as dashboards need it ("Using math expressions with CloudWatch metrics" in its guide), over series whose
 * points are aligned. The parser is mathjs's; nothing is evaluated but the operators and functions below.
 */

/** Points at equal distances; undefined where there is no data. */
export type Series = readonly (number | undefined)[]

/** What an id of an expression stands for, and what an expression comes to. */
export type MathValue =
  | { readonly kind: 'scalar'; readonly value: number | undefined }
  | { readonly kind: 'series'; readonly id: string; readonly points: Series; readonly period: number }
  | { readonly kind: 'array'; readonly values: readonly MathValue[] }

export interface MathScope {
  /** What the id stands for. */
  readonly find: (id: string) => MathValue | undefined
  /** What METRICS() gives: the metrics of the widget, and none of its expressions. */
  readonly metrics: readonly MathValue[]
}

/** The expression cannot be evaluated; the message says why. */
export class MetricMathError extends Error {
  override readonly name = 'MetricMathError'
}

/** @throws {MetricMathError} */
export function evaluateMath(expression: string, scope: MathScope): MathValue {
  return valueOfNode(parsed(expression), scope)
}

/** The ids which the expression names: metrics and other expressions. */
export function idsIn(expression: string): string[] {
  const ids: string[] = []
  parsed(expression).traverse((node, path) => {
    const { name } = node as { name?: string }
    if (node.type === 'SymbolNode' && path !== 'fn' && name !== undefined && !WORDS.has(name)) ids.push(name)
  })
  return [...new Set(ids)]
}

const WORDS = new Set(['REPEAT', 'LINEAR'])

function parsed(expression: string): MathNode {
  try {
    return parse(inMathjs(expression))
  } catch (error) {
    throw new MetricMathError(`${expression} cannot be read: ${(error as Error).message}`)
  }
}

const OPERATOR_WORDS: Readonly<Record<string, string>> = { AND: 'and', OR: 'or', '&&': ' and ', '||': ' or ' }

/** CloudWatch's words for operators as mathjs has them; strings stay. */
function inMathjs(expression: string): string {
  return expression.replace(/"[^"]*"|'[^']*'|\bAND\b|\bOR\b|&&|\|\|/g, (found) => OPERATOR_WORDS[found] ?? found)
}

function valueOfNode(node: MathNode, scope: MathScope): MathValue {
  switch (node.type) {
    case 'ConstantNode':
      return constant(node as ConstantNode)
    case 'ParenthesisNode':
      return valueOfNode((node as ParenthesisNode).content, scope)
    case 'ArrayNode':
      return { kind: 'array', values: (node as ArrayNode).items.map((item) => valueOfNode(item, scope)) }
    case 'SymbolNode':
      return valueOfId(node.toString(), scope)
    case 'OperatorNode':
      return operation(node as OperatorNode, scope)
    case 'FunctionNode':
      return call(node as FunctionNode, scope)
    default:
      throw new MetricMathError(`${node.toString()} is nothing that metric math knows`)
  }
}

function constant({ value }: ConstantNode): MathValue {
  if (typeof value !== 'number') throw new MetricMathError(`${String(value)} is no number`)
  return scalar(value)
}

function valueOfId(id: string, { find }: MathScope): MathValue {
  const value = find(id)
  if (value === undefined) throw new MetricMathError(`there is no metric with the id ${id}`)
  return value
}

type Operator = (...operands: number[]) => number

const OPERATORS: Readonly<Record<string, Operator>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  pow: (a, b) => a ** b,
  unaryMinus: (a) => -a,
  unaryPlus: (a) => a,
  equal: (a, b) => Number(a === b),
  unequal: (a, b) => Number(a !== b),
  smaller: (a, b) => Number(a < b),
  larger: (a, b) => Number(a > b),
  smallerEq: (a, b) => Number(a <= b),
  largerEq: (a, b) => Number(a >= b),
  and: (a, b) => Number(a !== 0 && b !== 0),
  or: (a, b) => Number(a !== 0 || b !== 0),
}

function operation({ fn, op, args, implicit }: OperatorNode, scope: MathScope): MathValue {
  const operator = Object.hasOwn(OPERATORS, fn) && !implicit ? OPERATORS[fn] : undefined
  if (!operator) throw new MetricMathError(implicit ? `an operator is missing in ${args.join(' ')}` : `the operator ${op} is not known`)
  return broadcast(
    args.map((arg) => valueOfNode(arg, scope)),
    (...operands) => (operands.includes(undefined) ? undefined : operator(...(operands as number[]))),
  )
}

type Points = (number | undefined)[]

/** Point by point; a scalar stands beside every point, and an array's values are taken one by one. */
function broadcast(operands: readonly MathValue[], operator: (...operands: Points) => number | undefined): MathValue {
  const array = operands.find((operand) => operand.kind === 'array')
  if (array) {
    const each = (index: number) => operands.map((operand) => (operand.kind === 'array' ? (operand.values[index] ?? NONE) : operand))
    return { kind: 'array', values: array.values.map((_, index) => broadcast(each(index), operator)) }
  }
  const series = operands.filter((operand) => operand.kind === 'series')
  const [first] = series
  if (!first) return scalar(finite(operator(...operands.map((operand) => pointAt(operand, 0)))))
  const length = Math.max(...series.map(({ points }) => points.length))
  const points = Array.from({ length }, (_, index) => finite(operator(...operands.map((operand) => pointAt(operand, index, length)))))
  return { ...first, points, period: Math.min(...series.map(({ period }) => period)) }
}

/** A coarser series has its points for longer. */
function pointAt(value: MathValue, index: number, length = 1): number | undefined {
  if (value.kind === 'scalar') return value.value
  if (value.kind === 'array') throw new MetricMathError('an array of arrays is not known')
  return value.points[Math.floor((index * value.points.length) / length)]
}

/** What is divided by nothing has no point. */
function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

function scalar(value: number | undefined): MathValue {
  return { kind: 'scalar', value }
}

const NONE = scalar(undefined)

type MathFunction = (args: MathValue[], call: { readonly node: FunctionNode; readonly scope: MathScope }) => MathValue

const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: eachPoint(Math.abs),
  CEIL: eachPoint(Math.ceil),
  FLOOR: eachPoint(Math.floor),
  LOG: eachPoint(Math.log),
  LOG10: eachPoint(Math.log10),
  AVG: aggregate((points) => sum(points) / points.length),
  MAX: aggregate((points) => Math.max(...points)),
  MIN: aggregate((points) => Math.min(...points)),
  SUM: aggregate(sum),
  DIFF: eachSeries((points) => stepwise(points, (last, next) => next - last)),
  RATE: eachSeries((points, period) => stepwise(points, (last, next, steps) => (next - last) / (steps * period))),
  RUNNING_SUM: eachSeries((points) => runningSum(points)),
  PERIOD: ([metric]) => scalar(seriesOf(metric, 'PERIOD').period),
  METRIC_COUNT: ([metrics]) => scalar(metrics?.kind === 'array' ? metrics.values.length : 1),
  DATAPOINT_COUNT: aggregate((points) => points.length),
  IF: ([condition = NONE, then = NONE, otherwise = NONE]) =>
    broadcast([condition, then, otherwise], (is, a, b) => (is === undefined ? undefined : is !== 0 ? a : b)),
  TIME_SERIES: ([value = NONE], { scope }) => {
    const [like] = scope.metrics
    return like ? broadcast([like, value], (_, each) => each) : value
  },
  FILL: ([metric = NONE, filler], { node }) => fill(metric, filler ?? NONE, node.args[1]?.toString() ?? ''),
  METRICS: (_, { node, scope }) => ({ kind: 'array', values: metricsNamed(node, scope) }),
}

function call(node: FunctionNode, scope: MathScope): MathValue {
  const name = node.fn.toString()
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (!known) throw new MetricMathError(`the function ${name} is not known`)
  // The argument of METRICS is a text, and no value.
  const args = name === 'METRICS' ? [] : node.args.map((arg) => (WORDS.has(arg.toString()) ? NONE : valueOfNode(arg, scope)))
  return known(args, { node, scope })
}

function eachPoint(operator: (point: number) => number): MathFunction {
  return ([value = NONE]) => broadcast([value], (point) => (point === undefined ? undefined : operator(point)))
}

/** Of a series one scalar; of an array one series, of what its values have at each point. */
function aggregate(operator: (points: number[]) => number): MathFunction {
  const over = (points: Series) => {
    const known = points.filter((point) => point !== undefined)
    return known.length === 0 ? undefined : operator(known)
  }
  return ([value = NONE]) => {
    if (value.kind === 'scalar') return value
    if (value.kind === 'series') return scalar(finite(over(value.points)))
    return value.values.length === 0 ? NONE : broadcast([...value.values], (...points) => over(points))
  }
}

function sum(points: readonly number[]): number {
  return points.reduce((total, point) => total + point, 0)
}

function eachSeries(operator: (points: Series, period: number) => Series): MathFunction {
  return ([value], { node }) => {
    if (value?.kind === 'array') return { kind: 'array', values: value.values.map((each) => changed(each)) }
    return changed(value)

    function changed(each: MathValue | undefined): MathValue {
      const series = seriesOf(each, node.fn.toString())
      return { ...series, points: operator(series.points, series.period) }
    }
  }
}

function seriesOf(value: MathValue | undefined, name: string) {
  if (value?.kind !== 'series') throw new MetricMathError(`${name} takes a metric`)
  return value
}

/** From each point to the next one that there is; the first has none before it. */
function stepwise(points: Series, step: (last: number, next: number, steps: number) => number): Series {
  let lastIndex: number | undefined
  return points.map((next, index) => {
    if (next === undefined) return undefined
    const before = lastIndex
    lastIndex = index
    return before === undefined ? undefined : step(points[before] as number, next, index - before)
  })
}

function runningSum(points: Series): Series {
  let total = 0
  return points.map((point) => {
    if (point === undefined) return undefined
    total += point
    return total
  })
}

function fill(metric: MathValue, filler: MathValue, how: string): MathValue {
  if (metric.kind === 'array') return { kind: 'array', values: metric.values.map((each) => fill(each, filler, how)) }
  if (metric.kind === 'series' && how === 'REPEAT') return { ...metric, points: repeated(metric.points) }
  if (metric.kind === 'series' && how === 'LINEAR') return { ...metric, points: interpolated(metric.points) }
  if (how === '') throw new MetricMathError('FILL takes a metric, and what to fill it with')
  return broadcast([metric, filler], (point, value) => point ?? value)
}

function repeated(points: Series): Series {
  let last: number | undefined
  return points.map((point) => {
    last = point ?? last
    return last
  })
}

/** On the line between the points around a gap; before the first and after the last there is none. */
function interpolated(points: Series): Series {
  return points.map((point, index) => {
    const before = points.findLastIndex((each, at) => at < index && each !== undefined)
    const after = points.findIndex((each, at) => at > index && each !== undefined)
    if (point !== undefined || before === -1 || after === -1) return point
    const [from = 0, to = 0] = [points[before], points[after]]
    return from + ((to - from) * (index - before)) / (after - before)
  })
}

/** METRICS("errors") gives those whose ids contain it. */
function metricsNamed({ args: [part] }: FunctionNode, { metrics }: MathScope): readonly MathValue[] {
  if (part === undefined) return metrics
  const text = part.type === 'ConstantNode' ? (part as ConstantNode).value : undefined
  if (typeof text !== 'string') throw new MetricMathError('METRICS takes a part of ids, in quotes')
  return metrics.filter((metric) => metric.kind === 'series' && metric.id.includes(text))
}
