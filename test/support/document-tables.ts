import { readFileSync } from 'node:fs'

/** The cells of the rows of the first table below a heading of a document. */
export function rowsBelow(document: string, heading: string): string[][] {
  const [, section = ''] = readFileSync(document, 'utf8').split(`## ${heading}\n`)
  const [, table = ''] = /\n((?:\|.*\n)+)/.exec(section) ?? []
  const rows = table.trim().split('\n').slice(2)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
