import { useEffect, useState } from 'preact/hooks'
import type { ConsoleApi, Overview } from '../api.ts'
import { connected, faultInForce, steps, trouble } from '../store.ts'
import type { View, ViewName } from './view.ts'
import { VIEWS } from './views.ts'

interface Place {
  readonly name: string
  readonly path: string
}

/** The frame around the views: which there are, which is open, and what concerns all of them. */
export function App({ api, overview: first }: { readonly api: ConsoleApi; readonly overview: Overview }) {
  const overview = useOverview(api, first)
  const views = VIEWS.filter(({ isThere }) => isThere?.(overview) ?? true)
  const place = usePlace()
  const current = views.find(({ name }) => name === place.name) ?? views[0]
  const view = useView(current)
  useEffect(() => {
    document.title = `${current?.title} · camunda-sqs-bridge`
  }, [current])
  return (
    <>
      <button type="button" class="skip" onClick={focusView}>
        To the view
      </button>
      <header class="shell">
        <span class="name">camunda-sqs-bridge</span>
        <nav aria-label="Views">
          {views.map(({ name, title }) => (
            <a key={name} href={`#/${name}`} aria-current={name === current?.name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <span class="where">
          {overview.where} · {overview.version}
        </span>
      </header>
      <Notices overview={overview} />
      <main id="view" tabIndex={-1}>
        <h1 class="unseen">{current?.title}</h1>
        {view === undefined ? <p class="quiet">Loading…</p> : <Shown view={view} api={api} overview={overview} path={place.path} />}
      </main>
    </>
  )
}

function Shown({
  view: View,
  ...given
}: {
  readonly view: View
  readonly api: ConsoleApi
  readonly overview: Overview
  readonly path: string
}) {
  return <View {...given} go={go} />
}

/** What is to be known in every view. */
function Notices({ overview }: { readonly overview: Overview }) {
  const fault = overview.faults?.list.find(({ name }) => name === faultInForce.value)
  return (
    <div class="notices" role="status">
      {!connected.value && <p class="notice bad">The run does not answer: it has ended, or its address is another.</p>}
      {trouble.value !== undefined && <p class="notice warn">{trouble.value}</p>}
      {fault && (
        <p class="notice warn">
          A fault is active: {fault.does}. <a href="#/faults">End it</a>
        </p>
      )}
    </div>
  )
}

function focusView() {
  document.getElementById('view')?.focus()
}

/** `#/messages/ID` */
function usePlace(): Place {
  const [place, setPlace] = useState(placeInAddress)
  useEffect(() => {
    const follow = () => setPlace(placeInAddress())
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return place
}

function placeInAddress(): Place {
  const [, name = '', ...path] = location.hash.split('/')
  return { name, path: decodeURIComponent(path.join('/')) }
}

export function go(view: ViewName, path = ''): void {
  location.hash = path === '' ? `#/${view}` : `#/${view}/${encodeURIComponent(path)}`
}

function useView(entry: (typeof VIEWS)[number] | undefined): View | undefined {
  const [loaded, setLoaded] = useState<{ readonly name: string; readonly view: View }>()
  useEffect(() => {
    let isWanted = true
    void entry?.load().then((view) => isWanted && setLoaded({ name: entry.name, view }))
    return () => {
      isWanted = false
    }
  }, [entry])
  return loaded?.name === entry?.name ? loaded?.view : undefined
}

/** As it was, and after each push as it is then. */
function useOverview(api: ConsoleApi, first: Overview): Overview {
  const [overview, setOverview] = useState(first)
  const pushes = [...steps.value.values()].flat().filter(({ kind }) => kind === 'pushed').length
  useEffect(() => {
    // What cannot be asked for now stays as it was.
    if (pushes > 0) api.overview().then(setOverview, () => {})
  }, [api, pushes])
  return overview
}
