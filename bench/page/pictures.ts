import type { EChartsOption } from 'echarts'
import { draw } from '../../lib/dashboard/widget-chart.ts'
import type { MeasuredCell } from '../bridge/cells.ts'
import type { Results } from './results.ts'

/** The pictures of docs/NUMBERS.md, by the names of their files, from what was measured. */
export function picturesOf(results: Partial<Results>): Record<string, string> {
  const { throughput, memory, sizes } = results
  return {
    ...(throughput && { 'numbers-throughput.svg': throughputPicture(throughput) }),
    ...(sizes && { 'numbers-sizes.svg': sizesPicture(sizes) }),
    ...(memory && { 'numbers-memory.svg': memoryPicture(memory) }),
  }
}

const [WIDTH, HEIGHT] = [860, 320]
const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#9467bd', '#d62728', '#8c564b']
const AXIS = { axisLabel: { color: '#545b64' }, nameTextStyle: { color: '#545b64' }, splitLine: { lineStyle: { color: '#e9ebed' } } }

/** A group of bars a service time: each side of each comparison, its median; those of the bridge filled. */
function throughputPicture({ cells }: Results['throughput']): string {
  const serviceTimes = [...new Set(cells.map(({ serviceTime }) => serviceTime))].sort((a, b) => a - b)
  const bars = new Map<string, Map<number, number>>()
  const add = (name: string, { serviceTime }: MeasuredCell, rate: number) => {
    const of = bars.get(name) ?? new Map<number, number>()
    // The same set-up was measured against several peers; the first time counts.
    if (!of.has(serviceTime)) of.set(serviceTime, Math.round(rate))
    bars.set(name, of)
  }
  for (const cell of cells) {
    add(cell.peer.name, cell, cell.peer.messagesPerSecond.median)
    add(setUpOf(cell), cell, cell.ours.messagesPerSecond.median)
  }
  return picture({
    legend: { top: 0, itemWidth: 14, textStyle: { color: '#16191f' } },
    grid: { left: 10, right: 10, top: 58, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: serviceTimes.map((time) => `Camunda answers after ${time} ms`), ...AXIS },
    yAxis: { type: 'log', min: 10, name: 'messages/s', ...AXIS },
    series: [...bars].map(([name, rates], index) => ({
      type: 'bar' as const,
      name,
      data: serviceTimes.map((time) => rates.get(time) ?? null),
      itemStyle: { color: COLORS[index % COLORS.length] as string },
      label: { show: true, position: 'top' as const, fontSize: 9, color: '#16191f' },
    })),
  })
}

export function setUpOf({ environments, batchSize }: Pick<MeasuredCell, 'environments' | 'batchSize'>): string {
  return `the bridge: ${environments === 1 ? 'one environment' : `${environments} environments`}, batches of ${batchSize}`
}

function sizesPicture({ sizes }: Results['sizes']): string {
  const batches = [...new Set(sizes.map(({ batchSize }) => batchSize))]
  const megabytes = [...new Set(sizes.map((size) => size.megabytes))]
  return picture({
    legend: { top: 0, textStyle: { color: '#16191f' } },
    grid: { left: 10, right: 20, top: 44, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: megabytes.map((size) => `${size} MB`), ...AXIS },
    yAxis: { type: 'value', name: 'messages/s', ...AXIS },
    series: batches.map((batch, index) => ({
      type: 'bar' as const,
      name: `batches of ${batch}`,
      data: megabytes.map((size) => {
        const found = sizes.find(({ megabytes, batchSize }) => megabytes === size && batchSize === batch)
        return Math.round(found?.messagesPerSecond.median ?? 0)
      }),
      itemStyle: { color: COLORS[index] as string },
      label: { show: true, position: 'top' as const, fontSize: 10, color: '#16191f' },
    })),
  })
}

function memoryPicture({ messages, series }: Results['memory']): string {
  return picture({
    legend: { top: 0, textStyle: { color: '#16191f' } },
    grid: { left: 10, right: 30, top: 44, bottom: 8, containLabel: true },
    xAxis: { type: 'value', max: messages, axisLabel: { color: '#545b64' }, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, name: 'MiB', ...AXIS },
    series: series.map(({ name, levels }, index) => ({
      type: 'line' as const,
      name,
      data: levels.map((level, step) => [((step + 1) * messages) / levels.length, level]),
      lineStyle: { color: COLORS[index] as string },
      itemStyle: { color: COLORS[index] as string },
    })),
  })
}

function picture(option: EChartsOption): string {
  const content = draw(option, { width: WIDTH, height: HEIGHT }, 'n')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}"><rect width="100%" height="100%" fill="#fff"/>${content}</svg>\n`
}
