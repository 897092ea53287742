import type { Diagnostic } from '@codemirror/lint'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ExpressionProperty } from '../../lambda/core/connector-warnings.ts'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import type { Signature } from '../../lambda/feel/signatures.ts'
import type { JsonObject } from '../../lambda/json/json.ts'
import type { ConsoleApi, Overview, TraceNode } from '../api.ts'
import { CodeEditor } from '../code-editor/code-editor.tsx'
import { useEditorStyles } from '../code-editor/use-editor-styles.ts'
import { draftOf, setDraft } from '../connector-editor/drafts.ts'
import { elementsIn, withExpression } from '../connector-editor/with-expression.ts'
import { EngineClient } from '../engine/engine-client.ts'
import { startWorker } from '../engine/start-worker.ts'
import type { ViewProps } from '../shell/view.ts'
import { messages } from '../store.ts'
import type { Answer, Question } from './evaluation.ts'
import { feelLanguage } from './feel-language.ts'
import { FilterPanel } from './filter-panel.tsx'
import { MessageForm } from './message-form.tsx'
import { PROPERTY_LABELS, playgroundPlace } from './place.ts'
import { Result } from './result.tsx'
import { EMPTY, recordOf, type TypedMessage, typedMessage } from './typed-message.ts'

/** Whose expression it is. */
interface Use {
  readonly name: string
  readonly element: number
}

/** An expression on a message, evaluated by the function’s own engine in this page. */
export function Playground({ api, overview, path, go }: ViewProps) {
  const isStyled = useEditorStyles()
  const texts = useConnectorTexts(api, overview)
  return isStyled && texts ? <Loaded key={path} texts={texts} api={api} path={path} go={go} /> : <p class="quiet">Loading…</p>
}

function Loaded({ texts, api, path, go }: Pick<ViewProps, 'api' | 'path' | 'go'> & { readonly texts: ReadonlyMap<string, string> }) {
  const begin = useMemo(() => beginning(path, texts), [path, texts])
  const [use, setUse] = useState(begin.use)
  const [property, setProperty] = useState(begin.property)
  const [expression, setExpression] = useState(begin.expression)
  const [message, setMessage] = useState<TypedMessage>(EMPTY)
  const [chosen, setChosen] = useState('')
  const [failure, setFailure] = useState<string>()

  const connector = use && texts.get(use.name)
  const question: Question = useMemo(
    () => ({ expression, property, message, use: use && connector !== undefined ? { connector, element: use.element } : undefined }),
    [expression, property, message, use, connector],
  )
  const { answer, trace, signatures, broken } = useEngine(question)

  // Of two choices the later one counts, also where the earlier message comes after it.
  const awaited = useRef(0)
  const change = (message: TypedMessage) => {
    awaited.current += 1
    setFailure(undefined)
    setMessage(message)
  }
  const choose = (messageId: string) => {
    setChosen(messageId)
    if (messageId === '') return change(EMPTY)
    const own = ++awaited.current
    api
      .message(messageId)
      .then(({ record }) => {
        if (!record) throw new Error('Only the log knows this message: its body is not known.')
        if (own === awaited.current) change(typedMessage(record))
      })
      .catch((error: Error) => own === awaited.current && setFailure(error.message))
  }
  useEffect(() => choose(begin.messageId ?? newestOf(begin.use?.name)), [begin])

  const choosePlace = (use: Use | undefined, property: ExpressionProperty) => {
    setUse(use)
    setProperty(property)
    const there = use && elementsIn(texts.get(use.name) ?? '')[use.element]?.expressions[property]
    if (there !== undefined) setExpression(there)
  }
  const useInConnector = () => {
    if (!use) return
    const text = withExpression(texts.get(use.name) ?? '', use.element, property, expression)
    if (text === undefined) return setFailure(`${use.name} has no such element as it is written now.`)
    setDraft(use.name, text)
    go('connector', use.name)
  }

  const variables = useRef<JsonObject>({})
  variables.current = useMemo(() => variablesIn(message, property), [message, property])
  const functions = useRef<readonly Signature[]>([])
  functions.current = signatures
  const language = useMemo(
    () =>
      feelLanguage(
        () => variables.current,
        () => functions.current,
      ),
    [],
  )
  const diagnostics = useMemo(() => (answer ? diagnosticsOf(answer, expression) : []), [answer, expression])

  return (
    <div class="playground">
      <div>
        <div class="bar">
          <label>
            Expression of{' '}
            <select
              value={use ? `${use.element} ${use.name}` : ''}
              onChange={({ currentTarget }) => choosePlace(useIn(currentTarget.value), property)}
            >
              <option value="">no connector</option>
              {[...texts].flatMap(([name, text]) =>
                elementsIn(text).map(({ elementId }, element) => (
                  <option key={`${element} ${name}`} value={`${element} ${name}`}>
                    {name}: {elementId}
                  </option>
                )),
              )}
            </select>
          </label>
          <label>
            Used as{' '}
            <select value={property} onChange={({ currentTarget }) => choosePlace(use, currentTarget.value as ExpressionProperty)}>
              {Object.entries(PROPERTY_LABELS).map(([name, label]) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </div>
        <CodeEditor
          label="FEEL expression"
          class="expression"
          text={expression}
          onChange={setExpression}
          language={language}
          diagnostics={diagnostics}
        />
        <p class="bar">
          <button type="button" class="primary" disabled={!use} onClick={useInConnector}>
            Use in connector
          </button>
          <span class="quiet">
            {use ? `It is put into the edit of ${use.name}; nothing is pushed.` : 'Choose whose expression it is, to put it there.'}
          </span>
        </p>
        {[failure, broken, answer?.unused && `The connector is not used here, since it is invalid. ${answer.unused}`].map(
          (told) =>
            told && (
              <p key={told} class="bad pre" role="alert">
                {told}
              </p>
            ),
        )}
        {answer && <Result expression={expression} answer={answer} trace={trace} />}
        {answer?.filter && <FilterPanel filter={answer.filter} name={use?.name ?? ''} />}
      </div>
      <MessageForm message={message} onChange={change} atHand={messages.value.slice(-50).toReversed()} chosen={chosen} onChoose={choose} />
    </div>
  )
}

function beginning(path: string, texts: ReadonlyMap<string, string>) {
  const { messageId, connector, elementId, property = 'activationCondition', expression } = playgroundPlace(path)
  const ofMessage = messages.value.find((row) => row.messageId === messageId)?.connector
  const name = [connector, ofMessage].find((each) => each !== undefined && texts.has(each)) ?? [...texts.keys()][0]
  const elements = elementsIn((name !== undefined && texts.get(name)) || '')
  const element = elementId === undefined ? 0 : elements.findIndex((each) => each.elementId === elementId)
  const use = name !== undefined && elements[element] ? { name, element } : undefined
  return { messageId, use, property, expression: expression ?? elements[element]?.expressions[property] ?? '' }
}

/** The message at hand which is the newest of a connector; without any, of all. */
function newestOf(connector: string | undefined): string {
  const row = messages.value.findLast((row) => row.connector === connector) ?? messages.value.at(-1)
  return row?.messageId ?? ''
}

function useIn(value: string): Use | undefined {
  const [, element, name] = /^(\d+) (.*)$/.exec(value) ?? []
  return name === undefined ? undefined : { name, element: Number(element) }
}

/** Of every connector, what is being written, or what is active. */
function useConnectorTexts(api: ConsoleApi, overview: Overview): ReadonlyMap<string, string> | undefined {
  const [active, setActive] = useState<ReadonlyMap<string, string>>()
  useEffect(() => {
    const texts = overview.connectors.map(({ name }) => api.connector(name).then(({ text }) => [name, text] as const))
    // What cannot be read cannot be used.
    void Promise.allSettled(texts).then((all) => setActive(new Map(all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))))
  }, [api, overview])
  const drafts = overview.connectors.map(({ name }) => draftOf(name))
  return useMemo(() => active && new Map([...active].map(([name, text]) => [name, draftOf(name) ?? text])), [active, ...drafts])
}

/** Answers the question, and each one that comes after it. */
function useEngine(question: Question) {
  const [answer, setAnswer] = useState<Answer>()
  const [trace, setTrace] = useState<TraceNode>()
  const [signatures, setSignatures] = useState<readonly Signature[]>([])
  const [broken, setBroken] = useState<string>()
  const engine = useRef<EngineClient>(undefined)
  useEffect(() => {
    engine.current = new EngineClient((told) => {
      switch (told.kind) {
        case 'signatures':
          return setSignatures(told.signatures)
        case 'answer':
          setBroken(undefined)
          setTrace(undefined)
          return setAnswer(told.answer)
        case 'trace':
          return setTrace(told.trace)
        case 'failed':
          return setBroken(told.reason)
      }
    }, startWorker)
    return () => engine.current?.stop()
  }, [])
  useEffect(() => engine.current?.ask({ kind: 'evaluate', question }), [question])
  return { answer, trace, signatures, broken }
}

/** What can be named in an expression, for completion. */
function variablesIn(message: TypedMessage, property: ExpressionProperty): JsonObject {
  const sqsMessage = toSqsMessage(recordOf(message), { attributeNames: [], messageAttributeNames: [] })
  return property === 'resultExpression' ? { ...sqsMessage, response: sqsMessage } : sqsMessage
}

/** Of an answer to this expression, or to one which it was a moment ago. */
function diagnosticsOf({ result, warnings, notes }: Answer, { length }: string): Diagnostic[] {
  const place = (from: number, to: number) => {
    const end = Math.min(Math.max(to, from + 1), length)
    // Where the expression ends too early, its last character is marked.
    return { from: Math.max(0, Math.min(from, end - 1)), to: end }
  }
  return [
    ...(result.kind === 'syntaxError' ? [{ ...place(result.from, result.to), severity: 'error' as const, message: result.reason }] : []),
    ...warnings.map(({ type, message, from, to }) => ({
      ...place(from, to),
      severity: 'warning' as const,
      message: `${type}: ${message}`,
    })),
    ...notes.map(({ message, from, to }) => ({ ...place(from, to), severity: 'warning' as const, message })),
  ]
}
