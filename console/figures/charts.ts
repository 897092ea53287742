import type { FigurePoint } from '../api.ts'

export interface Line {
  readonly name: string
  /** A colour of the style sheet. */
  readonly colour: string
  readonly value: (point: FigurePoint) => number | undefined
}

export interface ChartOf {
  readonly title: string
  readonly unit: 'messages' | 'time'
  readonly kind: 'bar' | 'line'
  readonly lines: readonly Line[]
}

export const CHARTS: readonly ChartOf[] = [
  {
    title: 'Received',
    unit: 'messages',
    kind: 'bar',
    lines: [
      { name: 'received', colour: '--link', value: ({ received }) => received },
      { name: 'filtered out', colour: '--quiet', value: ({ filtered }) => filtered },
    ],
  },
  {
    title: 'What became of them',
    unit: 'messages',
    kind: 'bar',
    lines: [
      { name: 'done', colour: '--good', value: ({ done }) => done },
      { name: 'returned', colour: '--warn', value: ({ returned }) => returned },
      { name: 'dead letters', colour: '--bad', value: ({ deadLetters }) => deadLetters },
    ],
  },
  {
    title: 'Latency to Camunda',
    unit: 'time',
    kind: 'line',
    lines: [
      { name: 'median', colour: '--link', value: ({ latency }) => latency?.median },
      { name: 'most', colour: '--quiet', value: ({ latency }) => latency?.most },
    ],
  },
  { title: 'Age of the oldest', unit: 'time', kind: 'line', lines: [{ name: 'age', colour: '--link', value: ({ age }) => age }] },
]
