import { type AnyNode, type DocumentNode, type Location, parse } from '@humanwhocodes/momoa'

/** Where in a text of JSON a value is: line and column, from 1. */
export type Position = Pick<Location, 'line' | 'column'>

/** The text is no JSON, from there on. */
export class NotJson extends Error {
  override readonly name = 'NotJson'
  readonly position: Position

  constructor(message: string, position: Position) {
    super(message)
    this.position = position
  }
}

/** The positions of a text's values by their paths, such as `tests[0].message.body`. */
export class JsonPositions {
  readonly #positions = new Map<string, Position>()
  /** The texts among the values, as they are and as they are written. */
  readonly #texts = new Map<string, Position & { readonly value: string; readonly written: string }>()
  readonly #source: string
  /** Paths of properties which stand there already: of two, JSON’s readers take the last. */
  readonly repeated: { readonly path: string; readonly position: Position }[] = []

  /** @throws NotJson */
  constructor(text: string) {
    this.#source = text
    this.#add(documentOf(text).body, '')
  }

  /** Of what is there, or else of what is around it. */
  of(path: string): Position {
    const found = this.#positions.get(path)
    if (found || path === '') return found ?? { line: 1, column: 1 }
    return this.of(path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('['))))
  }

  /** Of a character in the text which a path leads to, such as an expression. */
  inText(path: string, { text, from }: { readonly text: string; readonly from: number }): Position {
    const found = this.#texts.get(path)
    if (!found) return this.of(path)
    const { line, column, value, written } = found
    return { line, column: column + writtenOffset(written, Math.max(0, value.indexOf(text)) + from) }
  }

  #add(node: AnyNode, path: string, { line, column }: Position = node.loc.start) {
    this.#positions.set(path, { line, column })
    if (node.type === 'String') {
      const { start, end } = node.loc
      const written = this.#source.slice(start.offset, end.offset)
      this.#texts.set(path, { line: start.line, column: start.column, value: node.value, written })
    }
    if (node.type === 'Array') for (const [index, { value }] of node.elements.entries()) this.#add(value, `${path}[${index}]`)
    if (node.type !== 'Object') return
    const names = new Set<string>()
    for (const { name, value } of node.members) {
      const key = name.type === 'String' ? name.value : name.name
      const inner = path === '' ? key : `${path}.${key}`
      if (names.has(key)) this.repeated.push({ path: inner, position: name.loc.start })
      names.add(key)
      this.#add(value, inner, name.loc.start)
    }
  }
}

/** Where in a text as JSON writes it, in its quotation marks, the character is that is here in the text itself. */
function writtenOffset(written: string, offset: number): number {
  let at = 1
  for (let passed = 0; passed < offset && at < written.length - 1; passed++)
    at += written[at] !== '\\' ? 1 : written[at + 1] === 'u' ? 6 : 2
  return at
}

function documentOf(text: string): DocumentNode {
  try {
    return parse(text, { mode: 'json' })
  } catch (error) {
    const { message, offset, line, column } = error as Error & Position & { readonly offset: number }
    const found = text[offset]
    if (found !== undefined && !/end of input/i.test(message)) throw new NotJson(`“${found}” is not expected there`, { line, column })
    const lines = text.split('\n')
    throw new NotJson('it ends too early', { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 })
  }
}
