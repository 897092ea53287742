import { type AnyNode, type MemberNode, parse } from '@humanwhocodes/momoa'

/** A place in a file, as editors and compilers count: both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Where in a JSON text a path is written; the nearest that is there, for a path to what is missing. */
export interface Places {
  /** @param at a place in the text which the path leads to, such as an expression */
  of(path: string, at?: { readonly text: string; readonly from: number }): Place
}

export function placesIn(text: string): Places {
  let body: AnyNode
  try {
    body = parse(text, { mode: 'json' }).body
  } catch (error) {
    // It is no JSON, and all that can be told is where it ends to be.
    const { line = 1, column = 1 } = error as Partial<Place>
    return { of: () => ({ line, column }) }
  }
  return {
    of(path, at) {
      const { name, value } = nodeAt(body, path)
      const { line, column } = name.loc.start
      if (!at || value.type !== 'String') return { line, column }
      const raw = text.slice(value.loc.start.offset, value.loc.end.offset)
      const from = Math.max(0, value.value.indexOf(at.text)) + at.from
      return { line: value.loc.start.line, column: value.loc.start.column + rawOffset(raw, from) }
    },
  }
}

/** What a path leads to: a value, and where its name begins, or in a list itself. */
interface Named {
  readonly name: AnyNode
  readonly value: AnyNode
}

function nodeAt(node: AnyNode, path: string, name: AnyNode = node): Named {
  const [, index, behind = ''] = /^\[(\d+)\]\.?(.*)$/s.exec(path) ?? []
  const element = index !== undefined && node.type === 'Array' ? node.elements[Number(index)] : undefined
  if (element) return nodeAt(element.value, behind)
  // A name may have dots of its own; of several that fit, the longest is meant, and of two of the same name JSON takes the last.
  const members = node.type === 'Object' ? node.members.filter((member) => rest(path, member) !== undefined) : []
  const member = members.toSorted((one, other) => nameOf(one).length - nameOf(other).length).at(-1)
  return member ? nodeAt(member.value, rest(path, member) ?? '', member.name) : { name, value: node }
}

/** What of a path is behind a member's name; undefined where it does not begin with that. */
function rest(path: string, member: MemberNode): string | undefined {
  const name = nameOf(member)
  if (name === '' || !path.startsWith(name)) return undefined
  const behind = path.slice(name.length)
  return behind === '' || behind.startsWith('[') ? behind : behind.startsWith('.') ? behind.slice(1) : undefined
}

function nameOf({ name }: MemberNode): string {
  return name.type === 'String' ? name.value : name.name
}

/** Where in a text as JSON writes it, with its quotation mark, the character is that is here in the text itself. */
function rawOffset(raw: string, offset: number): number {
  let at = 1
  for (let passed = 0; passed < offset && at < raw.length - 1; passed++) at += raw[at] !== '\\' ? 1 : raw[at + 1] === 'u' ? 6 : 2
  return at
}
