import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap } from '@codemirror/view'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { look } from './look.ts'
import { typedOver } from './typed-over.ts'

interface CodeEditorProps {
  /** Its name for whoever does not see it. */
  readonly label: string
  readonly text: string
  readonly onChange: (text: string) => void
  /** The language, and what belongs to it; the first one stays. */
  readonly language: Extension
  /** What is shown beside that, and may change. */
  readonly more?: Extension
  /** Of the text as it is given; where somebody has typed on, they wait. */
  readonly diagnostics: readonly Diagnostic[]
  /** Takes the view, for commands. */
  readonly onView?: (view: EditorView) => void
  readonly class?: string
}

/** Of a change which nobody has typed: the text was given anew. */
const replaced = Annotation.define<boolean>()

/**
 * A text in CodeMirror. It lives in a shadow tree, where its style sheets are constructed: a strict content security policy lets nothing be written into the
 * page. Tab leaves it.
 */
export function CodeEditor(props: CodeEditorProps) {
  const { text, diagnostics, more = [] } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const given = useRef(props)
  given.current = props
  const changing = useRef(new Compartment())

  useLayoutEffect(() => {
    if (!host.current) return
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' })
    const opened = new EditorView({
      root,
      parent: root,
      state: EditorState.create({ doc: given.current.text, extensions: extensions(given.current.label, given.current.language) }),
    })
    view.current = opened
    given.current.onView?.(opened)
    return () => opened.destroy()
  }, [])

  useLayoutEffect(() => {
    const { current } = view
    if (!current || current.state.doc.toString() === text) return
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: text }, annotations: replaced.of(true) })
  }, [text])

  useEffect(() => view.current?.dispatch({ effects: changing.current.reconfigure(more) }), [more])

  useEffect(() => {
    const { current } = view
    if (current?.state.doc.toString() === text) current.dispatch(setDiagnostics(current.state, diagnostics))
  }, [diagnostics, text])

  return <div ref={host} class={`code-editor ${props.class ?? ''}`} />

  function extensions(label: string, language: Extension): Extension {
    return [
      history(),
      drawSelection(),
      highlightActiveLine(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      autocompletion(),
      lintGutter(),
      EditorView.lineWrapping,
      EditorState.tabSize.of(2),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      EditorView.contentAttributes.of({ 'aria-label': label }),
      typedOver,
      EditorView.updateListener.of((update) => {
        const isGiven = update.transactions.some((transaction) => transaction.annotation(replaced))
        if (update.docChanged && !isGiven) given.current.onChange(update.state.doc.toString())
      }),
      look,
      language,
      changing.current.of([]),
    ]
  }
}
