import type { Diagnostic } from '@codemirror/lint'
import { unifiedMergeView } from '@codemirror/merge'
import { EditorView } from '@codemirror/view'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ExpressionProperty } from '../../lambda/core/connector-warnings.ts'
import type { ActiveConnector, CheckedConnector, ConnectorProblem, ConsoleApi } from '../api.ts'
import { CodeEditor } from '../code-editor/code-editor.tsx'
import { useEditorStyles } from '../code-editor/use-editor-styles.ts'
import { type PlaygroundPlace, PROPERTY_LABELS } from '../playground/place.ts'
import { Confirmation } from '../shell/confirmation.tsx'
import { useAsked } from '../shell/use-asked.ts'
import type { ViewProps } from '../shell/view.ts'
import { steps } from '../store.ts'
import { connectorLanguage } from './connector-language.ts'
import { draftOf, setDraft } from './drafts.ts'
import { problemPlace } from './problem-place.ts'
import type { Schema } from './schema-completion.ts'
import { Steps } from './steps.tsx'
import { elementsIn } from './with-expression.ts'

/** The connector that is active, and its edit: what is wrong with it, what would change, and how it comes into effect. */
export function ConnectorEditor({ api, overview, path, go }: ViewProps) {
  const names = overview.connectors.map(({ name }) => name)
  const name = names.includes(path) ? path : names[0]
  const isStyled = useEditorStyles()
  const schema = useAsked('schema', 0, () => api.connectorSchema())
  // Another step may be of another version: somebody else may push too.
  const active = useAsked(name ?? '', steps.value.get(name ?? '')?.length ?? 0, () => api.connector(name ?? ''))
  if (name === undefined) return <p>There is no connector.</p>
  const failure = schema.failure ?? active.failure
  return (
    <div class="connector-editor">
      {names.length > 1 && (
        <p class="bar">
          <label>
            Connector{' '}
            <select value={name} onChange={({ currentTarget }) => go('connector', currentTarget.value)}>
              {names.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        </p>
      )}
      {failure !== undefined && (
        <p class="bad" role="alert">
          {failure}
        </p>
      )}
      {isStyled && schema.answer && active.answer?.name === name ? (
        <Edit key={name} api={api} active={active.answer} schema={schema.answer as Schema} onPushed={active.again} go={go} />
      ) : (
        failure === undefined && <p class="quiet">Loading…</p>
      )}
    </div>
  )
}

interface EditProps {
  readonly api: ConsoleApi
  readonly active: ActiveConnector
  readonly schema: Schema
  readonly onPushed: () => Promise<void>
  readonly go: ViewProps['go']
}

function Edit({ api, active, schema, onPushed, go }: EditProps) {
  const { name, parameterName, version, functionVersion } = active
  const text = draftOf(name) ?? active.text
  const isChanged = text !== active.text
  const check = useCheck(api, name, text, version)
  const [asked, setAsked] = useState(false)
  const [told, setTold] = useState<{ readonly isGood: boolean; readonly text: string }>()
  const [comparing, setComparing] = useState(true)
  const view = useRef<EditorView>(undefined)

  const language = useMemo(() => connectorLanguage(schema), [schema])
  const compared = useMemo(
    () => (comparing && isChanged ? unifiedMergeView({ original: active.text, mergeControls: false, gutter: true }) : []),
    [comparing, isChanged, active.text],
  )
  const diagnostics = useMemo(() => (check?.text === text ? diagnosticsOf(check.answer, text) : []), [check, text])
  const change = (changed: string) => {
    setTold(undefined)
    setDraft(name, changed === active.text ? undefined : changed)
  }

  /** What cannot be pushed says why, and where. */
  async function askToPush() {
    setTold(undefined)
    const { errors, differences } = await api.checkConnector(name, text)
    const [first] = errors
    if (first) {
      setTold({
        isGood: false,
        text: `Nothing is pushed: ${errors.length === 1 ? 'there is an error' : `there are ${errors.length} errors`}.`,
      })
      return show(first)
    }
    if (differences === undefined) return setTold({ isGood: true, text: `${parameterName} says what is here.` })
    setAsked(true)
  }

  async function push() {
    setAsked(false)
    const { pushed, version: next, errors } = await api.pushConnector(name, text)
    if (!pushed)
      return setTold({
        isGood: false,
        text: `Nothing is pushed: ${errors.map(({ message }) => message).join('; ') || 'it says what is active'}.`,
      })
    // Otherwise the text before would be seen for a moment.
    await onPushed()
    setDraft(name, undefined)
    setTold({ isGood: true, text: `${parameterName} is changed, version ${next}.` })
  }

  function show({ line, column }: ConnectorProblem) {
    const { current } = view
    if (!current) return
    const place = problemPlace(text, line, column)
    current.dispatch({ selection: { anchor: place.from }, effects: EditorView.scrollIntoView(place.from, { y: 'center' }) })
    current.focus()
  }

  const failed = (error: Error) => setTold({ isGood: false, text: error.message })
  const answer = check?.text === text ? check.answer : undefined
  return (
    <>
      <p class="bar">
        <button type="button" class="primary" onClick={() => void askToPush().catch(failed)}>
          Push
        </button>
        <button type="button" disabled={!isChanged} onClick={() => change(active.text)}>
          Discard the edit
        </button>
        <label>
          <input type="checkbox" checked={comparing} onChange={({ currentTarget }) => setComparing(currentTarget.checked)} /> Show what is
          changed
        </label>
        <span class="quiet">
          {parameterName}, version {version}
          {functionVersion !== undefined && functionVersion !== version && `; the function last went by version ${functionVersion}`}
        </span>
      </p>
      {told && (
        <p class={told.isGood ? 'good' : 'bad'} role={told.isGood ? 'status' : 'alert'}>
          {told.text}
        </p>
      )}
      <CodeEditor
        label={`Connector ${name}, as JSON`}
        text={text}
        onChange={change}
        language={language}
        more={compared}
        diagnostics={diagnostics}
        onView={(opened) => {
          view.current = opened
        }}
      />
      {check?.failure !== undefined && <p class="bad">{check.failure}</p>}
      {answer && <Problems answer={answer} isChanged={isChanged} onShow={show} />}
      <Expressions name={name} text={text} go={go} />
      <Steps connector={name} version={version} />
      {asked && answer && (
        <Confirmation
          title={`Push to ${parameterName}?`}
          action="Push"
          onConfirm={() => void push().catch(failed)}
          onCancel={() => setAsked(false)}
        >
          <pre class="differences">{answer.differences}</pre>
          <NeedsDeployment parts={answer.needsDeployment} />
        </Confirmation>
      )}
    </>
  )
}

function Problems({
  answer: { errors, warnings, needsDeployment },
  isChanged,
  onShow,
}: {
  readonly answer: CheckedConnector
  readonly isChanged: boolean
  readonly onShow: (problem: ConnectorProblem) => void
}) {
  return (
    <section aria-labelledby="problems-heading">
      <h2 id="problems-heading">{errors.length > 0 ? 'It is invalid' : 'It is valid'}</h2>
      <ul class="problems">
        {[...errors.map((problem) => ({ problem, mood: 'bad' })), ...warnings.map((problem) => ({ problem, mood: 'warn' }))].map(
          ({ problem, mood }) => (
            <li key={`${problem.line}:${problem.column} ${problem.message}`}>
              <button type="button" class="place" onClick={() => onShow(problem)}>
                Line {problem.line}
              </button>{' '}
              <span class={mood}>{mood === 'bad' ? 'error' : 'warning'}</span> {problem.path !== '' && <code>{problem.path}</code>}{' '}
              {problem.message}
            </li>
          ),
        )}
      </ul>
      {isChanged && <NeedsDeployment parts={needsDeployment} />}
    </section>
  )
}

/** Each of them can be tried on a message. */
function Expressions({ name, text, go }: { readonly name: string; readonly text: string; readonly go: ViewProps['go'] }) {
  const all = elementsIn(text).flatMap(({ elementId, expressions }, index) =>
    PROPERTIES.filter((property) => expressions[property] !== undefined).map((property) => ({ index, elementId, property })),
  )
  if (all.length === 0) return null
  return (
    <section aria-labelledby="expressions-heading">
      <h2 id="expressions-heading">Try on a message</h2>
      <p class="bar">
        {all.map(({ index, elementId, property }) => (
          <button
            type="button"
            key={`${index} ${property}`}
            onClick={() => go('playground', JSON.stringify({ connector: name, elementId, property } satisfies PlaygroundPlace))}
          >
            {elementId}: {PROPERTY_LABELS[property]}
          </button>
        ))}
      </p>
    </section>
  )
}

const PROPERTIES = Object.keys(PROPERTY_LABELS) as ExpressionProperty[]

function NeedsDeployment({ parts }: { readonly parts: readonly string[] }) {
  return parts.length === 0 ? null : <p class="warn">Of it, {parts.join(', ')} takes effect by a deployment alone.</p>
}

function diagnosticsOf({ errors, warnings }: CheckedConnector, text: string): Diagnostic[] {
  const diagnostics = (problems: readonly ConnectorProblem[], severity: Diagnostic['severity']) =>
    problems.map(({ line, column, path, message }) => ({
      ...problemPlace(text, line, column),
      severity,
      message: path === '' ? message : `${path}: ${message}`,
    }))
  return [...diagnostics(errors, 'error'), ...diagnostics(warnings, 'warning')]
}

/** Milliseconds after which nobody types on. */
const PAUSE_MS = 200

interface Checked {
  readonly text: string
  readonly answer: CheckedConnector
  readonly failure?: string
}

/** What the server says of a text, as `check` and `push` do. */
function useCheck(api: ConsoleApi, name: string, text: string, version: number): Checked | undefined {
  const [checked, setChecked] = useState<Checked>()
  useEffect(() => {
    let isWanted = true
    const pause = setTimeout(async () => {
      const next = await api.checkConnector(name, text).then(
        (answer) => ({ text, answer }),
        (error: Error) => ({ text, answer: NOTHING, failure: error.message }),
      )
      if (isWanted) setChecked(next)
    }, PAUSE_MS)
    return () => {
      isWanted = false
      clearTimeout(pause)
    }
  }, [api, name, text, version])
  return checked
}

const NOTHING: CheckedConnector = { errors: [], warnings: [], differences: undefined, needsDeployment: [] }
