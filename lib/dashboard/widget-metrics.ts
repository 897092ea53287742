import type { DashboardData } from './data.ts'
import { evaluateMath, idsIn, type MathScope, type MathValue, MetricMathError, type Series } from './metric-math.ts'

/** Of a metric widget, what its metrics and expressions come to ("Metric Widget: Format for Each Metric in the Array" in CloudWatch's reference). */

export interface MetricWidgetProperties {
  readonly title?: string
  readonly metrics?: readonly MetricRow[]
  readonly stat?: string
  readonly period?: number
}

type MetricRow = readonly (string | MetricOptions)[]

interface MetricOptions {
  readonly expression?: string
  readonly id?: string
  readonly label?: string
  readonly stat?: string
  readonly period?: number
  readonly visible?: boolean
  readonly yAxis?: 'left' | 'right'
  readonly color?: string
}

/** What is drawn of a metric or an expression. */
export interface Line {
  readonly label: string
  readonly color: string
  readonly axis: 'left' | 'right'
  readonly points: Series
}

interface Entry {
  readonly id: string
  readonly options: MetricOptions
  /** Namespace, name, and dimensions in pairs; empty for an expression. */
  readonly fields: readonly string[]
}

/** As CloudWatch has them by itself. */
const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f', '#bcbd22', '#17becf'] as const

const FIVE_MINUTES = 300
export const DAY = 86_400

/** @throws {Error} naming the widget and what of it cannot be evaluated; `period` is in place of all that the widget says */
export function linesOf(widget: MetricWidgetProperties, dataOf: DashboardData, period?: number): Line[] {
  const entries = entriesOf(widget.metrics ?? [])
  try {
    const evaluated = evaluator(entries, widget, dataOf, period)
    const visible = entries.filter(({ options }) => options.visible !== false)
    const named = visible.flatMap((entry) =>
      seriesIn(evaluated(entry)).map((series, _, all) => ({ entry, series, isOneOf: all.length > 1 })),
    )
    return named.map(({ entry, series, isOneOf }, index) => ({
      label: withValues(isOneOf ? `${labelOf(entry, visible)} ${series.id}` : labelOf(entry, visible), series.points),
      color: entry.options.color ?? (COLORS[index % COLORS.length] as string),
      axis: entry.options.yAxis ?? 'left',
      points: series.points,
    }))
  } catch (error) {
    if (!(error instanceof MetricMathError)) throw error
    throw new Error(`The widget “${widget.title ?? 'without a title'}” cannot be drawn: ${error.message}.`)
  }
}

function entriesOf(rows: readonly MetricRow[]): Entry[] {
  const entries: Entry[] = []
  let before: readonly string[] = []
  for (const row of rows) {
    const options = row.find((part) => typeof part !== 'string') ?? {}
    const fields = writtenOut(
      row.filter((part) => typeof part === 'string'),
      before,
    )
    if (fields.length > 0) before = fields
    entries.push({ id: options.id ?? `the metric ${entries.length + 1}`, options, fields })
  }
  return entries
}

/** `.` is the same as at this place of the metric before, and `...` all that is before what follows it. */
function writtenOut(row: readonly string[], before: readonly string[]): string[] {
  const ellipsis = row.indexOf('...')
  const after = row.slice(ellipsis + 1)
  const whole = ellipsis === -1 ? row : [...before.slice(0, before.length - after.length), ...after]
  return whole.map((field, index) => (field === '.' ? (before[index] ?? field) : field))
}

type SeriesValue = Extract<MathValue, { kind: 'series' }>

/** Evaluates each metric and each expression once, in whatever order they need each other. */
function evaluator(entries: readonly Entry[], widget: MetricWidgetProperties, dataOf: DashboardData, period: number | undefined) {
  const known = new Map<Entry, MathValue | 'under way'>()
  const scope: MathScope = {
    find: (id) => {
      const entry = entries.find((each) => each.id === id)
      return entry && evaluated(entry)
    },
    get metrics() {
      return entries.filter(({ options }) => options.expression === undefined).map(evaluated)
    },
  }
  return evaluated

  function evaluated(entry: Entry): MathValue {
    const before = known.get(entry)
    if (before === 'under way') throw new MetricMathError(`${entry.id} needs itself`)
    if (before) return before
    known.set(entry, 'under way')
    const value = entry.options.expression === undefined ? metric(entry) : expression(entry, entry.options.expression)
    known.set(entry, value)
    return value
  }

  function metric({ id, options, fields: [namespace = '', metricName = '', ...pairs] }: Entry): SeriesValue {
    const stat = options.stat ?? widget.stat ?? 'Average'
    const seconds = periodOf(options)
    const points = dataOf({ namespace, metricName, dimensions: dimensionsIn(pairs), stat, period: seconds })
    return { kind: 'series', id, points, period: seconds }
  }

  /** A scalar is as a line that is level. */
  function expression({ id, options }: Entry, text: string): MathValue {
    const value = evaluateMath(text, scope)
    if (value.kind === 'array') return value
    if (value.kind === 'series') return { ...value, id }
    const [like] = idsIn(text)
      .map((each) => scope.find(each))
      .filter((each) => each?.kind === 'series')
    const length = like?.kind === 'series' ? like.points.length : DAY / periodOf(options)
    return { kind: 'series', id, points: Array.from({ length }, () => value.value), period: periodOf(options) }
  }

  function periodOf(options: MetricOptions): number {
    return period ?? options.period ?? widget.period ?? FIVE_MINUTES
  }
}

function seriesIn(value: MathValue): SeriesValue[] {
  if (value.kind === 'array') return value.values.flatMap(seriesIn)
  return value.kind === 'series' ? [value] : []
}

function dimensionsIn(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, pairs[index + 1] ?? '']] : [])))
}

/** Without a label, the metric's name, and what of it differs from others of this name. */
function labelOf({ options, fields: [, metricName, ...pairs] }: Entry, others: readonly Entry[]): string {
  if (options.label !== undefined) return options.label
  if (metricName === undefined) return options.expression ?? ''
  const isAlone = others.filter(({ fields }) => fields[1] === metricName).length === 1
  return isAlone ? metricName : [metricName, pairs.at(-1), options.stat].filter(Boolean).join(' ')
}

/** CloudWatch's dynamic labels: `[max: ${MAX}]`. */
function withValues(label: string, points: Series): string {
  const known = points.filter((point) => point !== undefined)
  return label.replace(/\$\{(AVG|LAST|MAX|MIN|SUM)\}/g, (_, name: keyof typeof SUMMARIES) =>
    known.length === 0 ? '--' : readable(SUMMARIES[name](known)),
  )
}

const SUMMARIES = {
  AVG: (points: number[]) => SUMMARIES.SUM(points) / points.length,
  LAST: (points: number[]) => points.at(-1) as number,
  MAX: (points: number[]) => Math.max(...points),
  MIN: (points: number[]) => Math.min(...points),
  SUM: (points: number[]) => points.reduce((total, point) => total + point, 0),
}

/** `12,345`, `3.25`, `1.2M`. */
export function readable(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e9) return `${digits(value / 1e9, 1)}B`
  if (size >= 1e6) return `${digits(value / 1e6, 1)}M`
  return digits(value, size >= 100 ? 0 : size >= 1 ? 2 : 3)
}

function digits(value: number, most: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: most })
}
