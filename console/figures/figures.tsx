import { useEffect, useState } from 'preact/hooks'
import type { ConnectorOverview, ConsoleApi, Figures as FiguresOf } from '../api.ts'
import { duration } from '../shell/told.ts'
import type { ViewProps } from '../shell/view.ts'
import { Chart } from './chart.tsx'
import { CHARTS } from './charts.ts'

/** Milliseconds between two looks. */
const BETWEEN = 2_000

/** The figures of the queues and functions. */
export function Figures({ api, overview: { connectors, kind } }: ViewProps) {
  return (
    <>
      {connectors.map((connector) => (
        <FiguresOfOne key={connector.name} api={api} connector={connector} between={kind === 'run' ? BETWEEN : 15 * BETWEEN} />
      ))}
    </>
  )
}

interface Given {
  readonly api: ConsoleApi
  readonly connector: ConnectorOverview
  readonly between: number
}

function FiguresOfOne({ api, connector: { name, queue }, between }: Given) {
  const [figures, setFigures] = useState<FiguresOf>()
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    const look = () =>
      void api.figures(name).then(
        (figures) => {
          setFigures(figures)
          setFailure(undefined)
        },
        (error: Error) => setFailure(error.message),
      )
    look()
    const timer = setInterval(look, between)
    return () => clearInterval(timer)
  }, [api, name, between])
  return (
    <section class="figures" aria-label={`Figures of ${name}`}>
      <h2>
        {name} <span class="quiet">{queue}</span>
      </h2>
      {failure !== undefined && <p class="bad">{failure}</p>}
      {figures && (
        <>
          <Now figures={figures} />
          <div class="charts">
            {CHARTS.map((chart) => (
              <Chart key={chart.title} {...chart} figures={figures} />
            ))}
          </div>
          <details>
            <summary>As a table</summary>
            <AsTable figures={figures} />
          </details>
        </>
      )}
    </section>
  )
}

function Now({ figures: { totals, waiting, inFlight, deadLetters } }: { readonly figures: FiguresOf }) {
  const now = [
    ...(totals
      ? [
          ['received', totals.received],
          ['filtered out', totals.filtered],
          ['done', totals.done],
          ['returned', totals.returned],
          ['became dead letters', totals.deadLetters],
        ]
      : []),
    ['wait in the queue', waiting],
    ['under way', inFlight],
    ['in the dead-letter queue', deadLetters],
  ] as const
  return (
    <dl class="numbers">
      {now.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What the charts show, for whoever does not see them. */
function AsTable({ figures: { points } }: { readonly figures: FiguresOf }) {
  const busy = points.filter(
    ({ received, filtered, done, returned, deadLetters }) => received + filtered + done + returned + deadLetters > 0,
  )
  return (
    <table class="plain-table">
      <thead>
        <tr>
          {['from', 'received', 'filtered out', 'done', 'returned', 'dead letters', 'latency, median', 'latency, most', 'age'].map(
            (each) => (
              <th key={each} scope="col">
                {each}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {busy.toReversed().map(({ at, received, filtered, done, returned, deadLetters, latency, age }) => (
          <tr key={at}>
            <th scope="row">{new Date(at).toLocaleTimeString()}</th>
            <td>{received}</td>
            <td>{filtered}</td>
            <td>{done}</td>
            <td>{returned}</td>
            <td>{deadLetters}</td>
            <td>{latency && duration(latency.median)}</td>
            <td>{latency && duration(latency.most)}</td>
            <td>{age === undefined ? '' : duration(age)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
