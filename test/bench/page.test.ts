import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pageOf } from '../../bench/page/page.ts'
import { picturesOf } from '../../bench/page/pictures.ts'
import { readResults } from '../../bench/page/results.ts'

const WRITE = 'npm run bench:page -- --write'

test(`docs/NUMBERS.md says what was measured: ${WRITE}`, () => {
  expect(readFileSync('docs/NUMBERS.md', 'utf8')).toBe(pageOf(readResults()))
})

test(`the pictures show what was measured: ${WRITE}`, () => {
  for (const [file, svg] of Object.entries(picturesOf(readResults()))) expect(readFileSync(`docs/${file}`, 'utf8'), file).toBe(svg)
})

test('the strongest figure of the README is one of the page', () => {
  const [, ratio] = /\[(\d+) times/.exec(readFileSync('README.md', 'utf8')) ?? []
  const cells = readResults().throughput?.cells ?? []
  const greatest = Math.max(...cells.filter(({ against }) => against === 'serial-consumer').map((cell) => cell.ratio.median))
  expect(Number(ratio)).toBeLessThanOrEqual(greatest)
})
