import { describe, expect, it } from 'vitest'
import { Budget } from '../../../../lambda/feel/evaluation/budget.ts'
import { entriesOf } from '../../../../lambda/feel/values/contexts.ts'
import type { JsonObject } from '../../../../lambda/json/json.ts'

function namesOf(names: readonly string[]): string[] {
  const context: JsonObject = Object.fromEntries(names.map((name) => [name, 1]))
  return entriesOf(context, new Budget(100_000)).map(([name]) => name)
}

describe('entries are in the order of Camunda’s engine (seen with feel-engine 1.20.0)', () => {
  it('up to four as they came', () => {
    expect(namesOf(['d', 'c', 'b', 'a'])).toEqual(['d', 'c', 'b', 'a'])
  })

  it('keys of one hash as they came, behind those which are alone', () => {
    expect(namesOf(['AaAa', 'BBBB', 'AaBB', 'BBAa', 'x', 'y'])).toEqual(['x', 'y', 'AaAa', 'BBBB', 'AaBB', 'BBAa'])
  })

  it('seventy of them, on three levels of its trie', () => {
    const order = [
      ...[329, 189, 252, 119, 56, 245, 49, 21, 266, 35, 84, 112, 224, 280, 0, 217, 448, 154, 350, 98, 105, 336, 371, 322],
      ...[210, 455, 133, 231, 343, 441, 315, 434, 77, 427, 140, 378, 462, 196, 182, 203, 14, 7, 126, 259, 483, 294, 308],
      ...[147, 238, 357, 301, 70, 413, 175, 385, 28, 399, 476, 91, 287, 168, 273, 406, 420, 161, 42, 63, 364, 392, 469],
    ]
    expect(namesOf(Array.from({ length: 70 }, (_, index) => `k${index * 7}`))).toEqual(order.map((number) => `k${number}`))
  })
})
