import { type EChartsOption, init } from 'echarts'
import type { Series } from './metric-math.ts'
import { FAINT_INK, FONT, INK, text, truncated, widthOf } from './svg-text.ts'
import { type Line, readable } from './widget-metrics.ts'

/** Charts of a widget's lines, drawn by Apache ECharts; what is around them is the widget's. */

export interface AxisProperties {
  readonly label?: string
  readonly min?: number
  readonly max?: number
  readonly showUnits?: boolean
}

export interface HorizontalAnnotation {
  readonly value: number
  readonly label?: string
  readonly color?: string
  readonly fill?: 'above' | 'below' | 'none'
  readonly visible?: boolean
  readonly yAxis?: 'left' | 'right'
}

export interface Chart {
  readonly lines: readonly Line[]
  readonly stacked: boolean
  readonly axes: { readonly left?: AxisProperties; readonly right?: AxisProperties }
  readonly annotations: readonly HorizontalAnnotation[]
}

export interface Size {
  readonly width: number
  readonly height: number
}

type Side = 'left' | 'right'

const GRID_LINE = '#e9ebed'
const FONT_SIZE = 11
const MINUTES = 24 * 60

/** Lines over a day from midnight to midnight. */
export function timeSeries(chart: Chart, size: Size, prefix: string): string {
  const sides: Side[] = isUsed(chart, 'right') ? ['left', 'right'] : ['left']
  return draw(
    {
      // On the right there is room for half of the last time.
      grid: { left: 2, right: sides.length > 1 ? 2 : 18, top: 8, bottom: 2, containLabel: true },
      xAxis: {
        type: 'value',
        min: 0,
        max: MINUTES,
        interval: hoursBetween(size.width) * 60,
        axisLabel: { color: FAINT_INK, fontSize: FONT_SIZE, formatter: timeOfDay },
        axisLine: { lineStyle: { color: '#aab7b8' } },
        axisTick: { lineStyle: { color: '#aab7b8' } },
        splitLine: { show: false },
      },
      yAxis: sides.map((side) => valueAxis(chart, side)),
      series: [...chart.lines.map((line) => lineSeries(line, chart.stacked, sides)), ...sides.map((side) => annotated(chart, side, sides))],
    },
    size,
    prefix,
  )
}

function isUsed({ lines, annotations }: Chart, side: Side): boolean {
  return lines.some(({ axis }) => axis === side) || annotations.some(({ yAxis = 'left' }) => yAxis === side)
}

function hoursBetween(width: number): number {
  return [1, 2, 3, 4, 6].find((hours) => (24 / hours) * 48 < width) ?? 12
}

function timeOfDay(minutes: number): string {
  return `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

function valueAxis(chart: Chart, side: Side) {
  const { min, max, interval } = scaleOf(chart, side)
  return {
    type: 'value' as const,
    position: side,
    min,
    max,
    interval,
    axisLabel: { color: FAINT_INK, fontSize: FONT_SIZE, formatter: readable },
    splitLine: { show: side === 'left', lineStyle: { color: GRID_LINE } },
  }
}

/** From nothing, or from what is below it, to what is highest, in some four steps that are round; the widget’s own limits go first. */
function scaleOf(chart: Chart, side: Side): { min: number; max: number; interval: number } {
  const { min, max } = chart.axes[side] ?? {}
  const lines = chart.lines.filter(({ axis }) => axis === side)
  const values = [
    ...(chart.stacked ? totals(lines) : lines.flatMap(({ points }) => points.filter((point) => point !== undefined))),
    ...chart.annotations.filter(({ yAxis = 'left' }) => yAxis === side).map(({ value }) => value),
  ]
  const least = min ?? values.reduce((lowest, value) => Math.min(lowest, value), 0)
  const most = max ?? values.reduce((highest, value) => Math.max(highest, value), least)
  const isWhole = values.every(Number.isInteger)
  const interval = roundStep((most > least ? most - least : 1) / 4, isWhole)
  return {
    min: min ?? Math.floor(least / interval) * interval,
    max: max ?? Math.max(Math.ceil(most / interval), Math.floor(least / interval) + 1) * interval,
    interval,
  }
}

function totals(lines: readonly Line[]): number[] {
  const length = Math.max(0, ...lines.map(({ points }) => points.length))
  return Array.from({ length }, (_, index) => lines.reduce((total, { points }) => total + (points[index] ?? 0), 0))
}

function roundStep(step: number, isWhole: boolean): number {
  const magnitude = 10 ** Math.floor(Math.log10(step))
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * magnitude >= step * 0.999 && (each !== 2.5 || !isWhole || magnitude >= 10)) ?? 10
  return isWhole ? Math.max(1, factor * magnitude) : factor * magnitude
}

function lineSeries({ label, color, axis, points }: Line, stacked: boolean, sides: readonly Side[]) {
  const known = points.filter((point) => point !== undefined).length
  // Where there is little, each point is to be seen; also one that has no neighbours.
  const isSparse = !stacked && known < points.length / 4
  return {
    type: 'line' as const,
    name: label,
    yAxisIndex: sides.indexOf(axis),
    data: points.map((point, index) => [(index * MINUTES) / points.length, point ?? (stacked ? 0 : null)]),
    connectNulls: true,
    showSymbol: isSparse,
    symbol: 'circle',
    symbolSize: 4,
    itemStyle: { color },
    lineStyle: { color, width: stacked ? 0 : 1.6 },
    silent: true,
    clip: true,
    ...(stacked && { stack: axis, areaStyle: { color, opacity: 0.8 } }),
  }
}

/** Dashed lines with their labels, those of neighbours at different ends. */
function annotated({ annotations, ...chart }: Chart, side: Side, sides: readonly Side[]) {
  const { min, max } = scaleOf({ ...chart, annotations }, side)
  const ofSide = annotations.filter(
    ({ yAxis = 'left', visible, value }) => yAxis === side && visible !== false && value >= min && value <= max,
  )
  const sorted = ofSide.toSorted((a, b) => a.value - b.value)
  let [before, wasAtEnd] = [Number.NEGATIVE_INFINITY, side === 'left']
  const marks = sorted.map(({ value, label = '', color = '#d13212' }) => {
    wasAtEnd = value - before < (max - min) * 0.12 ? !wasAtEnd : side === 'right'
    before = value
    // At the top there is no room above the line.
    const isAtTop = value > min + (max - min) * 0.9
    const position = `inside${wasAtEnd ? 'End' : 'Start'}${isAtTop ? 'Bottom' : 'Top'}` as const
    return { yAxis: value, lineStyle: { color, type: [5, 4], width: 1.3 }, label: { formatter: () => label, color, position, ...HALO } }
  })
  const areas = sorted.flatMap(({ value, fill, color = '#d13212' }) => {
    if (fill !== 'above' && fill !== 'below') return []
    const [from, to] = [{ yAxis: value, itemStyle: { color, opacity: 0.07 } }, { yAxis: fill === 'above' ? max : min }]
    return [[from, to] satisfies [object, object]]
  })
  return {
    type: 'line' as const,
    yAxisIndex: sides.indexOf(side),
    data: [],
    silent: true,
    markLine: { silent: true, symbol: 'none', data: marks },
    markArea: { silent: true, data: areas },
  }
}

const HALO = { fontSize: FONT_SIZE, textBorderColor: '#ffffff', textBorderWidth: 3, distance: 3 }

/** A line without axes, below a number. */
export function sparkline({ points, color }: { readonly points: Series; readonly color: string }, size: Size, prefix: string): string {
  const most = points.reduce<number>((highest, point) => Math.max(highest, point ?? 0), 0)
  return draw(
    {
      grid: { left: 0, right: 0, top: 2, bottom: 2 },
      xAxis: { type: 'value', show: false, min: 0, max: MINUTES },
      yAxis: { type: 'value', show: false, min: Math.min(0, ...points.map((point) => point ?? 0)), max: most > 0 ? most : 1 },
      series: [
        {
          ...lineSeries({ label: '', color, axis: 'left', points }, false, ['left']),
          lineStyle: { color, width: 1.2 },
          areaStyle: { color, opacity: 0.12 },
        },
      ],
    },
    size,
    prefix,
  )
}

export interface Portion {
  readonly label: string
  readonly color: string
  readonly value: number | undefined
}

/** A bar for each, from the left. */
export function bars(portions: readonly Portion[], { label }: AxisProperties, size: Size, prefix: string): string {
  const room = size.width * 0.32
  const values = Math.max(0, ...portions.map(({ value }) => widthOf(shown(value), { size: FONT_SIZE })))
  return draw(
    {
      grid: { left: 2, right: Math.max(40, values + 12), top: 2, bottom: label ? 20 : 2, containLabel: true },
      xAxis: {
        type: 'value',
        min: 0,
        axisLabel: { color: FAINT_INK, fontSize: FONT_SIZE, formatter: readable, hideOverlap: true },
        splitLine: { lineStyle: { color: GRID_LINE } },
        splitNumber: 4,
        ...(label && {
          name: label,
          nameLocation: 'middle' as const,
          nameGap: 24,
          nameTextStyle: { color: FAINT_INK, fontSize: FONT_SIZE },
        }),
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: portions.map((portion) => truncated(portion.label, room, { size: FONT_SIZE })),
        axisLabel: { color: INK, fontSize: FONT_SIZE, interval: 0 },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: '#aab7b8' } },
      },
      series: [
        {
          type: 'bar',
          barMaxWidth: 26,
          silent: true,
          data: portions.map(({ value, color }) => ({ value: value ?? 0, itemStyle: { color } })),
          label: {
            show: true,
            position: 'right',
            fontSize: FONT_SIZE,
            color: INK,
            formatter: ({ dataIndex }) => shown(portions[dataIndex]?.value),
          },
        },
      ],
    },
    size,
    prefix,
  )
}

export function pie(portions: readonly Portion[], size: Size, prefix: string): string {
  return draw(
    {
      series: [
        {
          type: 'pie',
          radius: ['45%', '88%'],
          silent: true,
          label: { show: false },
          data: portions.map(({ value, color, label }) => ({
            name: label,
            value: value ?? 0,
            itemStyle: { color, borderColor: '#fff', borderWidth: 1 },
          })),
        },
      ],
    },
    size,
    prefix,
  )
}

const GAUGE_END = 25

export function gauge({ value, color }: Portion, { min = 0, max = 100 }: AxisProperties, size: Size, prefix: string): string {
  const radius = Math.min(size.width / 2 - 24, (size.height - 24) * 0.66)
  const thickness = Math.max(8, radius * 0.18)
  const middle = { x: size.width / 2, y: radius + 6 }
  const arc = draw(
    {
      series: [
        {
          type: 'gauge',
          silent: true,
          min,
          max,
          startAngle: 180 + GAUGE_END,
          endAngle: -GAUGE_END,
          radius,
          center: [middle.x, middle.y],
          progress: { show: true, width: thickness, itemStyle: { color } },
          axisLine: { lineStyle: { width: thickness, color: [[1, '#e9ebed']] } },
          axisTick: { show: false },
          axisLabel: { show: false },
          splitLine: { show: false },
          pointer: { show: false },
          detail: {
            formatter: () => shown(value),
            fontSize: Math.max(16, radius * 0.36),
            fontWeight: 'bold',
            color: INK,
            offsetCenter: [0, '-4%'],
          },
          data: [{ value: value ?? min }],
        },
      ],
    },
    size,
    prefix,
  )
  return arc + [min, max].map((limit, index) => gaugeLimit(limit, index === 0 ? -1 : 1, middle, radius - thickness / 2)).join('')
}

/** Below an end of the arc. */
function gaugeLimit(limit: number, side: -1 | 1, { x, y }: { readonly x: number; readonly y: number }, radius: number): string {
  const angle = (GAUGE_END / 180) * Math.PI
  const style = { size: FONT_SIZE, fill: FAINT_INK, anchor: 'middle' } as const
  return text(readable(limit), x + side * radius * Math.cos(angle), y + radius * Math.sin(angle) + 18, style)
}

/** As CloudWatch shows that there is none. */
export function shown(value: number | undefined): string {
  return value === undefined ? '--' : readable(value)
}

/** The chart as the content of an SVG; its ids begin with the prefix, which no other chart of the picture has. */
export function draw(option: EChartsOption, { width, height }: Size, prefix: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: Math.round(width), height: Math.round(height) })
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: FONT.replaceAll('"', "'") }, ...option })
    return cleaned(chart.renderToSVGString(), prefix)
  } finally {
    // Otherwise its timers keep the process alive.
    chart.dispose()
  }
}

/** Without what is for a page with a mouse, and with ids that are the same in every process. */
function cleaned(svg: string, prefix: string): string {
  return (
    svg
      .replace(/^<svg[^>]*>|<\/svg>\s*$|<style\s*>[\s\S]*?<\/style>/g, '')
      // Not every renderer knows how to centre a line of text.
      .replaceAll('<text dominant-baseline="central"', '<text dy="0.35em"')
      .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
      .replace(/\bzr\d+-/g, `${prefix}-`)
      .replaceAll('\n', '')
  )
}
