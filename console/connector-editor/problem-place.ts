import { treeOf, valueIn } from './json-tree.ts'

/**
 * What is underlined of a problem whose place is a line and a column, from 1: a property with its value, or the name alone where the value is a list or an
 * object; in a text, the word there; else the character.
 */
export function problemPlace(text: string, line: number, column: number): { readonly from: number; readonly to: number } {
  const from = Math.min(offsetOf(text, line, column), Math.max(0, text.length - 1))
  const node = treeOf(text).resolveInner(from, 1)
  if (node.from === from && node.name === 'PropertyName' && node.parent) {
    const value = valueIn(node.parent)
    const isLong = !value || value.name === 'Object' || value.name === 'Array'
    return { from, to: isLong ? node.to : value.to }
  }
  if (node.from === from && ['String', 'Number', 'True', 'False', 'Null'].includes(node.name)) return { from, to: node.to }
  const [word = ''] = /^[\p{L}\p{N}_]+/u.exec(text.slice(from, from + 200)) ?? []
  return { from, to: Math.min(text.length, from + Math.max(1, word.length)) }
}

function offsetOf(text: string, line: number, column: number): number {
  let begin = 0
  for (let passed = 1; passed < line; passed++) {
    const end = text.indexOf('\n', begin)
    if (end < 0) return text.length
    begin = end + 1
  }
  return begin + column - 1
}
