import { EditorView } from '@codemirror/view'

/**
 * What is typed over a selection goes into the text by CodeMirror’s own way. By the browser’s, Chromium writes the look of what was there into the line as
 * an inline style, which the content security policy blocks, and tells as an error.
 */
export const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main
    const { data } = event
    if (event.inputType !== 'insertText' || !data || empty || view.composing || !event.cancelable) return false
    const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
    // Such as the bracket that closes by itself.
    const isTaken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert))
    if (!isTaken) view.dispatch(insert())
    event.preventDefault()
    return true
  },
})
