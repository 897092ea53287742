import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

/** What GitHub shows of a table's line without scrolling. */
const WIDEST_ROW = 120

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((file) => join('docs', file)),
]
  .filter((file) => file.endsWith('.md') && existsSync(file))
  .map((file) => file.replaceAll('\\', '/'))
/** Decisions stay as they were written, and the list of dependencies is written by a command. */
const pages = documents.filter((file) => !file.startsWith('docs/adr/') && file !== 'docs/DEPENDENCIES.md')

const textOf = (file: string) => readFileSync(file, 'utf8')
const withoutCode = (text: string) => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '')

/** The anchors which GitHub gives the headings of a page. */
const anchorsOf = (file: string) =>
  [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )

test.each(documents)('each link of %s leads somewhere', (file) => {
  const links = [...withoutCode(textOf(file)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)
  const lost = links.filter((link) => {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? file : join(dirname(file), path)
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
  })
  expect(lost).toEqual([])
})

// A permission's row is a list of actions, which wraps.
test.each(pages.filter((file) => file !== 'docs/SECURITY.md'))('no line of a table of %s is wider than what is shown of it', (file) => {
  const rows = textOf(file)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((row) => row.replace(/\]\([^)]*\)|[[`]/g, ''))
  expect(rows.filter((row) => row.length > WIDEST_ROW)).toEqual([])
})

describe.each(pages)('%s', (file) => {
  test.each([
    ['faulty', 'invalid'],
    ['mend', 'fix'],
    ['mended', 'fixed'],
    ['put off', 'delayed'],
    ['puts off', 'delays'],
    ['in force', 'active'],
    ['into force', 'makes active'],
    ['told', 'reported'],
    ['misspelt', 'wrong'],
  ])('does not say “%s”, but %s', (word) => {
    expect(withoutCode(textOf(file)).match(new RegExp(`^.*\\b${word}\\b.*$`, 'gim')) ?? []).toEqual([])
  })
})
