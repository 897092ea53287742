import { type JsonObject, toJsonText } from '../json/json.ts'

/** What was written when variables were checked. By the object: two commands that share it have the same variables. */
const written = new WeakMap<JsonObject, string>()

/** The variables as JSON. They are written once, when they are checked, and that is what is sent. */
export function variablesText(variables: JsonObject): string {
  const known = written.get(variables)
  if (known !== undefined) return known
  const text = toJsonText(variables)
  written.set(variables, text)
  return text
}
