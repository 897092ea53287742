import type { EChartsOption } from 'echarts'
import { FAINT_INK, INK } from '../../lib/dashboard/svg-text.ts'
import { draw } from '../../lib/dashboard/widget-chart.ts'
import type { Cell } from '../bridge/cells.ts'
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
const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c']
const AXIS = {
  axisLabel: { color: FAINT_INK },
  nameTextStyle: { color: FAINT_INK, align: 'left' as const },
  splitLine: { lineStyle: { color: '#e9ebed' } },
}

/** For each peer and set-up a bar a service time: how many times the messages of the peer the bridge does. */
function throughputPicture({ cells }: Results['throughput']): string {
  const groups = [...Map.groupBy(cells, ({ peer, ...cell }) => `${peer.name.replace(', ', '\n')}\n${setUpOf(cell)}`)]
  const serviceTimes = [...new Set(cells.map(({ serviceTime }) => serviceTime))]
  return picture({
    legend: { top: 0, itemWidth: 14, textStyle: { color: INK } },
    grid: { left: 10, right: 10, top: 44, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: groups.map(([name]) => name), ...AXIS, axisLabel: { color: FAINT_INK, interval: 0, fontSize: 10 } },
    yAxis: { type: 'log', min: 0.1, name: 'times the peer', ...AXIS },
    series: serviceTimes.map((time, index) => ({
      type: 'bar' as const,
      name: `Camunda answers after ${time} ms`,
      data: groups.map(([, of]) => of.find(({ serviceTime }) => serviceTime === time)?.ratio.median ?? null),
      itemStyle: { color: COLORS[index] as string },
      label: {
        show: true,
        position: 'top' as const,
        fontSize: 9,
        color: INK,
        formatter: ({ value }: { value?: unknown }) => Number(value).toFixed(1),
      },
      ...(index === 0 && {
        markLine: { symbol: 'none', silent: true, lineStyle: { color: INK }, label: { show: false }, data: [{ yAxis: 1 }] },
      }),
    })),
  })
}

/** As in the tables: environments × batch size (messages at a time). */
export function setUpOf({ environments, batchSize, concurrency }: Pick<Cell, 'environments' | 'batchSize' | 'concurrency'>): string {
  return `${environments} × ${batchSize}${concurrency === undefined ? '' : ` (${concurrency})`}`
}

function sizesPicture({ sizes }: Results['sizes']): string {
  const batches = [...new Set(sizes.map(({ batchSize }) => batchSize))]
  const megabytes = [...new Set(sizes.map((size) => size.megabytes))]
  return picture({
    legend: { top: 0, textStyle: { color: INK } },
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
      label: { show: true, position: 'top' as const, fontSize: 10, color: INK },
    })),
  })
}

function memoryPicture({ messages, series }: Results['memory']): string {
  return picture({
    legend: { top: 0, textStyle: { color: INK } },
    grid: { left: 10, right: 30, top: 44, bottom: 8, containLabel: true },
    xAxis: { type: 'value', max: messages, axisLabel: { color: FAINT_INK }, splitLine: { show: false } },
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
