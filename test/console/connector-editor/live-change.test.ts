import { expect, test } from 'vitest'
import type { LiveStep } from '../../../console/api.ts'
import { liveChange } from '../../../console/connector-editor/live-change.ts'

type Kind = LiveStep['kind']

const steps = (...kinds: readonly Kind[]) => kinds.map((kind, index): LiveStep => ({ at: index, version: 2, kind, text: `it is ${kind}` }))

const NAMES = ['Parameter', 'Filter widened', 'Function', 'Filter narrowed', 'In effect']

// biome-ignore format: a table
test.each<[string, readonly Kind[], readonly string[]]>([
  ['that was pushed waits for the mapping and for a message', ['pushed'], ['done', 'next', 'next', 'later', 'later']],
  ['whose filter is widened waits for a message, and to be narrowed', ['pushed', 'filter widened', 'filter allowed'], ['done', 'done', 'next', 'next', 'later']],
  ['that a message has gone by needed no wider filter, if there was none', ['pushed', 'function follows'], ['done', 'needless', 'done', 'next', 'later']],
  ['that is narrowed has only to be seen so', ['pushed', 'filter widened', 'filter allowed', 'function follows', 'filter narrowed'], ['done', 'done', 'done', 'done', 'next']],
  ['in effect may have had no message yet', ['pushed', 'in effect'], ['done', 'needless', 'next', 'needless', 'done']],
  ['in effect has gone all the way', ['pushed', 'filter widened', 'filter allowed', 'function follows', 'filter narrowed', 'in effect'], ['done', 'done', 'done', 'done', 'done']],
])('a change %s', (_claim, kinds, expected) => {
  const phases = liveChange(steps(...kinds), 2) ?? []
  expect(phases.map(({ name }) => name)).toEqual(NAMES)
  expect(phases.map(({ state }) => state)).toEqual(expected)
})

test('what is done has its time and is told as the server tells it', () => {
  expect(liveChange(steps('pushed', 'filter widened', 'filter allowed'), 2)?.[1]).toEqual({
    name: 'Filter widened',
    state: 'done',
    at: 2,
    text: 'it is filter allowed',
  })
})

test('other settings of the mapping are called so', () => {
  expect(liveChange(steps('pushed', 'settings'), 2)?.[1]).toMatchObject({ name: 'Settings', state: 'done' })
})

test('an invalid version goes nowhere, and says why', () => {
  expect(liveChange(steps('invalid'), 2)).toEqual([{ name: 'Parameter', state: 'failed', at: 0, text: 'it is invalid' }])
})

test('of a version of which nothing is known there is no way, and the steps of another one are not its', () => {
  expect(liveChange([], 2)).toBeUndefined()
  expect(liveChange(steps('pushed', 'in effect'), 3)).toBeUndefined()
})
