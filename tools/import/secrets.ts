/**
 * Camunda's runtime replaces secrets in what concerns the connector as a whole, such as the queue's URL, in two passes: with braces, and then
 * without, even in the middle of a word.
 */
const IN_BRACES = /\{\{\s*secrets\.(?<secret>\S+?\s*)\}\}/g
const BARE = /secrets\.(?<secret>([a-zA-Z0-9]+[/._-])*[a-zA-Z0-9]+)/g

export interface WithSecrets {
  readonly text: string
  /** Names of those whose value is not known; they stay as they are. */
  readonly missing: readonly string[]
}

export function withSecrets(text: string, secrets: ReadonlyMap<string, string>): WithSecrets {
  const missing = new Set<string>()
  const replaced = [IN_BRACES, BARE].reduce(
    (before, pattern) =>
      before.replace(pattern, (whole, ...groups) => {
        const name = (groups.at(-1) as { secret: string }).secret.trim()
        const value = secrets.get(name)
        if (value === undefined) missing.add(name)
        return value ?? whole
      }),
    text,
  )
  return { text: replaced, missing: [...missing] }
}
