import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { samples } from '../../../local/samples.ts'
import { terminalPicture } from '../../../tools/picture/terminal-picture.ts'

/** The texts of a picture, line by line, with blanks where nothing is. */
const linesOf = (picture: string) => {
  const lines = new Map<string, string>()
  for (const [, y = '', text = ''] of picture.matchAll(/<text [^>]*y="([\d.]+)"[^>]*>([^<]*)</g))
    lines.set(y, `${lines.get(y) ?? ''}  ${text}`)
  return [...lines.values()]
}

test('a run of characters stands at its column, and its length is that of its columns', () => {
  expect(terminalPicture('a  bc')).toContain('<text x="38.5" y="29.5" textLength="15">bc</text>')
})

test.each([
  ['\u001b[31mred\u001b[39m', '<text x="16" y="29.5" textLength="22.5" fill="#ff7b72">red</text>'],
  ['\u001b[1mbold\u001b[22m', '<text x="16" y="29.5" textLength="30" font-weight="bold">bold</text>'],
])('%j keeps its style', (text, drawn) => {
  expect(terminalPicture(`${text} plain`)).toContain(drawn)
  expect(terminalPicture(`${text} plain`)).toMatch(/textLength="37.5">plain</)
})

test('what is longer than a line ends with …', () => {
  expect(terminalPicture('x'.repeat(200))).toContain(`>${'x'.repeat(119)}…<`)
  expect(terminalPicture('x'.repeat(120))).toContain(`>${'x'.repeat(120)}<`)
  expect(terminalPicture(`${'x'.repeat(150)}   y`)).not.toContain('y</text>')
})

test('markup is text', () => {
  expect(terminalPicture('<b>&')).toContain('>&#60;b&#62;&#38;<')
})

test.each(samples)('docs/start.svg shows what becomes of $label', ({ label, connector, ends }) => {
  const lines = linesOf(readFileSync('docs/start.svg', 'utf8'))
  const ending = lines.find((line) => line.includes(connector) && line.includes(` ${label}  `) && line.trimEnd().endsWith(ends.fate))
  expect(ending, 'npm run picture').toContain(ends.outcome)
})
