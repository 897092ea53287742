import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type ECharts, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'preact/hooks'
import type { Figures } from '../api.ts'
import { duration } from '../shell/told.ts'
import type { ChartOf } from './charts.ts'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

/** A small chart, of which the table below it says the same. */
export function Chart({ figures, ...chart }: ChartOf & { readonly figures: Figures }) {
  const container = useRef<HTMLDivElement>(null)
  const drawn = useRef<ECharts>(undefined)
  useEffect(() => {
    const element = container.current
    if (!element) return
    const echarts = init(element)
    drawn.current = echarts
    const observer = new ResizeObserver(() => echarts.resize())
    observer.observe(element)
    return () => {
      observer.disconnect()
      echarts.dispose()
    }
  }, [])
  useEffect(() => drawn.current?.setOption(optionOf(chart, figures, colours())))
  return (
    <figure>
      <figcaption>{chart.title}</figcaption>
      <div ref={container} class="chart" role="img" aria-label={`Chart: ${chart.title}; the table says the same`} />
    </figure>
  )
}

/** Of the style sheet, as they are now: a canvas knows nothing of it. */
function colours(): (name: string) => string {
  const probe = document.createElement('span')
  document.body.append(probe)
  const values = new Map(
    ['--text', '--quiet', '--line', '--link', '--good', '--warn', '--bad', '--raised'].map((name) => {
      probe.style.color = `var(${name})`
      return [name, getComputedStyle(probe).color] as const
    }),
  )
  probe.remove()
  return (name) => values.get(name) ?? 'gray'
}

function optionOf({ unit, kind, lines }: ChartOf, { points, period }: Figures, colour: (name: string) => string) {
  const told = (value: number) => (unit === 'time' ? duration(value) : String(value))
  const text = { color: colour('--text') }
  return {
    animation: false,
    grid: { left: 52, right: 12, top: 28, bottom: 24 },
    legend: { top: 0, right: 0, itemHeight: 8, itemWidth: 14, textStyle: text },
    tooltip: {
      trigger: 'axis' as const,
      renderMode: 'richText' as const,
      backgroundColor: colour('--raised'),
      textStyle: text,
      valueFormatter: (value: unknown) => (typeof value === 'number' ? told(value) : ''),
    },
    xAxis: {
      type: 'time' as const,
      min: (points.at(-1)?.at ?? 0) - 120 * period,
      max: (points.at(-1)?.at ?? 0) + period,
      splitNumber: 4,
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: colour('--line') } },
    },
    yAxis: {
      type: 'value' as const,
      minInterval: 1,
      splitNumber: 3,
      axisLabel: { ...text, formatter: told },
      splitLine: { lineStyle: { color: colour('--line') } },
    },
    series: lines.map((line) => ({
      type: kind,
      name: line.name,
      color: colour(line.colour),
      showSymbol: true,
      symbolSize: 4,
      barMaxWidth: 8,
      data: points.map((point) => [point.at + period / 2, line.value(point) ?? null]),
    })),
  }
}
