import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ConsoleApi, DiagramOverview, Overview, ReachableElement } from '../api.ts'
import { stylesheet } from '../shell/stylesheet.ts'
import { clockTime, moodOf, outcomeText } from '../shell/told.ts'
import type { ViewProps } from '../shell/view.ts'
import { messages, tokens } from '../store.ts'
import { type Badge, BpmnCanvas } from './bpmn-canvas.ts'
import { countsOf, type ElementCounts } from './element-counts.ts'

/** A diagram of the run, with what flows through it. */
export function Diagram({ api, overview, path, go }: ViewProps) {
  const { diagrams } = overview
  const [chosen = '', selected] = path.split('/')
  const diagram = diagrams.find(({ id }) => id === chosen) ?? diagrams[0]
  const rows = messages.value
  const waiting = tokens.value
  const counts = useMemo(() => countsOf(diagram?.elements ?? [], rows, waiting), [diagram, rows, waiting])
  if (!diagram) return <p>This run has no diagram.</p>
  const select = (elementId: string | undefined) => go('diagram', elementId === undefined ? diagram.id : `${diagram.id}/${elementId}`)
  const element = diagram.elements.find(({ id }) => id === selected)
  return (
    <div class="diagram">
      <Findings overview={overview} />
      {diagrams.length > 1 && (
        <p class="bar">
          <label>
            Diagram{' '}
            <select value={diagram.id} onChange={({ currentTarget }) => go('diagram', currentTarget.value)}>
              {diagrams.map(({ id, file }) => (
                <option key={id} value={id}>
                  {file}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
      <div class="diagram-and-element">
        <CanvasOf key={diagram.id} api={api} diagram={diagram} counts={counts} selected={element?.id} onSelect={select} />
        <section class="element" aria-label="Elements">
          {element ? (
            <OneElement element={element} counts={counts.get(element.id)} overview={overview} onClose={() => select(undefined)} />
          ) : (
            <AllElements diagram={diagram} counts={counts} onSelect={select} />
          )}
        </section>
      </div>
    </div>
  )
}

interface CanvasGiven {
  readonly api: ConsoleApi
  readonly diagram: DiagramOverview
  readonly counts: ReadonlyMap<string, ElementCounts>
  readonly selected: string | undefined
  readonly onSelect: (elementId: string | undefined) => void
}

function CanvasOf({ api, diagram, counts, selected, onSelect }: CanvasGiven) {
  const container = useRef<HTMLElement>(null)
  const [canvas, setCanvas] = useState<BpmnCanvas>()
  const [failure, setFailure] = useState<string>()
  const onClick = useRef(onSelect)
  onClick.current = (id) => onSelect(diagram.elements.some((element) => element.id === id) ? id : undefined)
  useEffect(() => {
    const element = container.current
    if (!element) return
    let opened: BpmnCanvas | undefined
    let isWanted = true
    const open = async () => {
      const [xml] = await Promise.all([api.diagram(diagram.id), stylesheet('diagram.css')])
      if (!isWanted) return
      opened = new BpmnCanvas(element, (id) => onClick.current(id))
      await opened.open(xml)
      if (isWanted) setCanvas(opened)
    }
    open().catch((error: Error) => setFailure(`The diagram cannot be shown: ${error.message}`))
    return () => {
      isWanted = false
      opened?.destroy()
    }
  }, [api, diagram.id])
  useEffect(() => {
    for (const element of diagram.elements) canvas?.badge(element.id, badgesOf(element, counts.get(element.id)))
  }, [canvas, diagram, counts])
  useEffect(() => canvas?.select(selected), [canvas, selected])
  return (
    <div class="canvas-frame">
      {failure && <p class="bad">{failure}</p>}
      <section ref={container} class="canvas" aria-label={`The diagram ${diagram.file}; its elements are listed beside it`} />
      <button type="button" class="fit" onClick={() => canvas?.fit()}>
        Fit
      </button>
    </div>
  )
}

function badgesOf({ connections }: ReachableElement, counts: ElementCounts | undefined): Badge[] {
  if (connections.length === 0) return [{ text: 'no connector', mood: 'unreached', title: 'No connector reaches this element.' }]
  if (!counts) return []
  const { byMood, waiting } = counts
  const badges: Badge[] = [
    { text: `✓ ${byMood.good}`, mood: 'good', title: `${byMood.good} messages had their effect here` },
    { text: `↻ ${byMood.warn}`, mood: 'warn', title: `${byMood.warn} messages are back in the queue` },
    { text: `✗ ${byMood.bad}`, mood: 'bad', title: `${byMood.bad} messages are dead letters` },
    { text: `● ${waiting}`, mood: 'waiting', title: `${waiting} tokens wait here` },
  ]
  const nonZero = [byMood.good, byMood.warn, byMood.bad, waiting]
  return badges.filter((_, index) => nonZero[index] !== 0)
}

/** What does not fit together, before anything has been clicked. */
function Findings({ overview: { connectors, diagrams } }: { readonly overview: Overview }) {
  const undefinedNames = connectors.flatMap(({ name, elements }) =>
    elements.flatMap(({ undefinedName }) => (undefinedName === undefined ? [] : `${name}: ${undefinedName}`)),
  )
  const unreached = diagrams.flatMap(({ elements }) => elements.filter(({ connections }) => connections.length === 0))
  if (undefinedNames.length + unreached.length === 0) return null
  return (
    <ul class="findings" aria-label="What does not fit together">
      {undefinedNames.map((line) => (
        <li key={line} class="warn">
          {line}
        </li>
      ))}
      {unreached.map(({ id, name, processId, reachedBy }) => (
        <li key={id} class="warn">
          {processId}: no connector reaches {labelOf({ id, name })}, which{' '}
          {reachedBy.kind === 'process' ? 'begins the process' : `waits for the message “${reachedBy.name}”`}.
        </li>
      ))}
    </ul>
  )
}

function labelOf({ id, name }: Pick<ReachableElement, 'id' | 'name'>): string {
  return name === undefined ? id : `${name} (${id})`
}

interface AllGiven {
  readonly diagram: DiagramOverview
  readonly counts: ReadonlyMap<string, ElementCounts>
  readonly onSelect: (elementId: string) => void
}

/** The elements which messages could reach, for whoever does not click into the diagram. */
function AllElements({ diagram, counts, onSelect }: AllGiven) {
  const unmatched = messages.value.filter(({ elementId, outcome }) => elementId === undefined && outcome !== undefined)
  return (
    <>
      <h2>Elements</h2>
      <p class="quiet">{diagram.file}</p>
      <ul class="plain">
        {diagram.elements.map((element) => {
          const { byOutcome, waiting = 0 } = counts.get(element.id) ?? {}
          return (
            <li key={element.id} class="card">
              <button type="button" onClick={() => onSelect(element.id)}>
                {labelOf(element)}
              </button>
              {element.connections.length === 0 ? (
                <p class="warn">No connector reaches it.</p>
              ) : (
                <Outcomes byOutcome={byOutcome} waiting={waiting} />
              )}
            </li>
          )
        })}
      </ul>
      {unmatched.length > 0 && (
        <p>
          {unmatched.length} {unmatched.length === 1 ? 'message has' : 'messages have'} reached no element:{' '}
          <a href="#/messages">which, and why</a>
        </p>
      )}
    </>
  )
}

function Outcomes({
  byOutcome = new Map(),
  waiting,
}: {
  readonly byOutcome?: ReadonlyMap<string, number> | undefined
  readonly waiting: number
}) {
  return (
    <dl class="pairs counts">
      {[...byOutcome].map(([outcome, count]) => (
        <div key={outcome}>
          <dt>{outcome}</dt>
          <dd>{count}</dd>
        </div>
      ))}
      {byOutcome.size === 0 && (
        <div>
          <dt>messages</dt>
          <dd>0</dd>
        </div>
      )}
      {waiting > 0 && (
        <div>
          <dt>tokens that wait</dt>
          <dd>{waiting}</dd>
        </div>
      )}
    </dl>
  )
}

interface OneGiven {
  readonly element: ReachableElement
  readonly counts: ElementCounts | undefined
  readonly overview: Overview
  readonly onClose: () => void
}

/** An element that was clicked: its conditions, its mapping, its last messages. */
function OneElement({ element, counts, overview, onClose }: OneGiven) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [element.id])
  const connected = element.connections.flatMap(({ connector, elementId }) => {
    const found = overview.connectors.find(({ name }) => name === connector)?.elements.find((each) => each.elementId === elementId)
    return found ? [{ ...found, connector }] : []
  })
  return (
    <>
      <div class="bar">
        <h2 ref={heading} tabIndex={-1}>
          {labelOf(element)}
        </h2>
        <button type="button" onClick={onClose}>
          All elements
        </button>
      </div>
      <p>
        {element.reachedBy.kind === 'process' ? 'Begins the process' : 'Waits for the message'} <code>{element.reachedBy.name}</code>
      </p>
      {connected.length === 0 && <p class="warn">No connector reaches it.</p>}
      <Outcomes byOutcome={counts?.byOutcome} waiting={counts?.waiting ?? 0} />
      {connected.map(({ connector, elementId, correlationPoint, expressions }) => (
        <div key={`${connector} ${elementId}`}>
          <h3>
            {connector}: {elementId}
          </h3>
          <p>
            <code>{correlationPoint}</code> · <a href={`#/connector/${encodeURIComponent(connector)}`}>edit</a>
          </p>
          <dl>
            {expressions.map(({ property, text }) => (
              <div key={property}>
                <dt>{property}</dt>
                <dd>
                  <code>{text}</code>
                </dd>
              </div>
            ))}
          </dl>
          {!expressions.some(({ property }) => property === 'activationCondition') && (
            <p>It has no condition: every message activates it.</p>
          )}
        </div>
      ))}
      <h3>Last messages</h3>
      {counts === undefined || counts.last.length === 0 ? (
        <p class="quiet">None has reached it.</p>
      ) : (
        <ul class="plain">
          {counts.last.map((row) => (
            <li key={row.messageId}>
              <a href={`#/messages/${row.messageId}`}>
                {clockTime(row.at).slice(0, 8)} <span class={moodOf(row)}>{outcomeText(row)}</span>
              </a>{' '}
              <span class="quiet">{row.text.slice(0, 60)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
