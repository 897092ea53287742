import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The editors look like the page around them, whose custom properties they inherit: light and dark come by themselves. */
const colours = EditorView.theme({
  '&': {
    color: 'var(--text)',
    backgroundColor: 'var(--ground)',
    border: '1px solid light-dark(#8a909c, #6b7280)',
    borderRadius: '4px',
    fontSize: '13px',
  },
  '&.cm-focused': { outline: '2px solid var(--link)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'light-dark(#b7d3ff, #2f4a75)',
  },
  '.cm-activeLine': { backgroundColor: 'light-dark(#0b57c40d, #8ab4f814)' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--quiet)', borderRight: '1px solid var(--line)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--chosen)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--raised)', color: 'var(--quiet)', border: '1px solid var(--line)' },
  '.cm-tooltip, .cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid light-dark(#8a909c, #6b7280)' },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--chosen)', color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--quiet)', fontStyle: 'normal' },
  '.cm-completionInfo': { maxWidth: '22rem' },
  '.cm-diagnostic': { whiteSpace: 'pre-wrap', maxWidth: '40rem' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': { backgroundColor: 'var(--chosen)' },
  '.cm-panel.cm-panel-lint button[name="close"]': { color: 'var(--text)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'light-dark(#cfe3cf, #2f5135)' },
  '.cm-changedLine, &.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--good-ground)' },
  '.cm-deletedChunk, .cm-deletedChunk .cm-deletedLine': { backgroundColor: 'var(--bad-ground)' },
  '&.cm-merge-b .cm-changedText, .cm-deletedChunk .cm-deletedText': { background: 'none', fontWeight: '700' },
})

const syntax = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword], color: 'light-dark(#7b1fa2, #d3a4f5)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#176b36, #7fd39a)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'light-dark(#8a4b00, #f0b35c)' },
  { tag: [tags.propertyName, tags.variableName, tags.special(tags.variableName)], color: 'light-dark(#0b4a9e, #9cc2ff)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.special(tags.variableName))], color: 'light-dark(#00696b, #6fd6d8)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
])

export const look = [colours, syntaxHighlighting(syntax)]
