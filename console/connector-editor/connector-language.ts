import { json, jsonLanguage } from '@codemirror/lang-json'
import { codeFolding, foldGutter } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { hoverTooltip, lineNumbers } from '@codemirror/view'
import { propertyAt, type Schema, schemaCompletion } from './schema-completion.ts'

/** JSON, with what the one schema knows of it: what may be written, and what each property is. */
export function connectorLanguage(schema: Schema): Extension {
  return [
    json(),
    jsonLanguage.data.of({ autocomplete: schemaCompletion(schema) }),
    hoverTooltip(({ state }, pos) => {
      const property = propertyAt(schema, state, pos)
      if (!property) return null
      const { from, to, description } = property
      return { pos: from, end: to, create: () => ({ dom: Object.assign(document.createElement('div'), { textContent: description }) }) }
    }),
    lineNumbers(),
    codeFolding(),
    foldGutter(),
  ]
}
