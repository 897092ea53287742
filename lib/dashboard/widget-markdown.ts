import { FAINT_INK, INK, rect, type TextStyle, text, textOfRuns, widthOf } from './svg-text.ts'

/** Of Markdown what a text widget is likely to have: headings, paragraphs, lists, rules; bold, code and links within them. */

interface Block {
  readonly kind: 'heading' | 'paragraph' | 'item' | 'rule'
  readonly text: string
  readonly size: number
  readonly bullet: string
}

interface Word extends TextStyle {
  readonly text: string
  /** Is set off from the word before. */
  readonly spaced: boolean
}

const SIZE = 13
const HEADINGS = [22, 18, 15, 14, SIZE, SIZE] as const
const LINK = '#0972d3'
const LINE_HEIGHT = 1.4
const INDENT = 16

/** The text, as far as there is room for it. */
export function markdown(source: string, width: number, height: number): string {
  const drawn: string[] = []
  let y = 0
  for (const block of blocksOf(source)) {
    const above = y === 0 ? 0 : block.kind === 'item' ? 3 : block.kind === 'heading' ? 10 : 8
    if (block.kind === 'rule') {
      drawn.push(rect(0, y + above, width, 1, '#d5dbdb'))
      y += above + 1
      continue
    }
    const indent = block.kind === 'item' ? INDENT : 0
    const lines = wrapped(wordsOf(block), width - indent)
    const step = block.size * LINE_HEIGHT
    lines.forEach((line, index) => {
      const bottom = y + above + (index + 1) * step
      if (bottom > height) return
      const baseline = bottom - block.size * 0.4
      if (index === 0 && block.bullet) drawn.push(text(block.bullet, 2, baseline, { size: block.size, fill: FAINT_INK }))
      drawn.push(drawLine(line, indent, baseline))
    })
    y += above + lines.length * step
  }
  return drawn.join('')
}

function blocksOf(source: string): Block[] {
  const blocks: Block[] = []
  let isOpen = false
  for (const line of source.split('\n').map((each) => each.trim())) {
    const [, marks = '', heading] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line) ?? []
    const [, bullet = '', item] = /^([-*+]|\d+[.)])\s+(.*)$/.exec(line) ?? []
    const before = blocks.at(-1)
    if (line === '') isOpen = false
    else if (/^([-*_]\s*){3,}$/.test(line)) blocks.push({ kind: 'rule', text: '', size: SIZE, bullet: '' })
    else if (heading !== undefined) blocks.push({ kind: 'heading', text: heading, size: HEADINGS[marks.length - 1] ?? SIZE, bullet: '' })
    else if (item !== undefined) blocks.push({ kind: 'item', text: item, size: SIZE, bullet: /\d/.test(bullet) ? bullet : '•' })
    else if (isOpen && before) blocks[blocks.length - 1] = { ...before, text: `${before.text} ${line}` }
    else blocks.push({ kind: 'paragraph', text: line, size: SIZE, bullet: '' })
    isOpen = line !== '' && heading === undefined && blocks.at(-1)?.kind !== 'rule'
  }
  return blocks
}

// Code; an image, which is left out; a link or a button; bold; italics.
const INLINE =
  /`([^`]+)`|!\[[^\]]*\]\([^)]*\)|\[(?:button:)?(?:primary:)?([^\]]+)\]\([^)]*\)|(\*\*|__)(.+?)\3|(?<!\w)[*_](?!\s)([^*_]+)(?<!\s)[*_](?!\w)/

function wordsOf({ text: source, size, kind }: Block): Word[] {
  return inline(source, { size, bold: kind === 'heading', fill: INK })
}

function inline(source: string, style: TextStyle): Word[] {
  const found = INLINE.exec(source)
  if (!found) return plainWords(source, style)
  const [whole, code, link, , bold, italic] = found
  const within =
    code !== undefined
      ? plainWords(code, { ...style, family: 'Menlo, Consolas, "Liberation Mono", monospace' })
      : link !== undefined
        ? inline(link, { ...style, fill: LINK })
        : bold !== undefined
          ? inline(bold, { ...style, bold: true })
          : inline(italic ?? '', style)
  const before = source.slice(0, found.index)
  const [first, ...others] = within
  return [
    ...plainWords(before, style),
    ...(first ? [{ ...first, spaced: before === '' || /\s$/.test(before) }, ...others] : []),
    ...inline(source.slice(found.index + whole.length), style),
  ]
}

function plainWords(source: string, style: TextStyle): Word[] {
  const words = source.split(/\s+/).filter(Boolean)
  return words.map((word, index) => ({ ...style, text: word, spaced: index > 0 || /^\s/.test(source) }))
}

function wrapped(words: readonly Word[], width: number): Word[][] {
  const lines: Word[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const word of words) {
    const needed = wordWidth(word) + (word.spaced ? spaceWidth(word) : 0)
    if (used + needed > width) {
      lines.push([word])
      used = wordWidth(word)
    } else {
      lines.at(-1)?.push(word)
      used += needed
    }
  }
  return lines
}

/** In one piece, so that it flows in whatever font there is. */
function drawLine(line: readonly Word[], x: number, baseline: number): string {
  const runs: Word[] = []
  line.forEach((word, index) => {
    const before = runs.at(-1)
    const space = index > 0 && word.spaced ? ' ' : ''
    if (before && sameStyle(before, word)) runs[runs.length - 1] = { ...before, text: `${before.text}${space}${word.text}` }
    // The space of code is a wide one, and so it is the other side's.
    else if (before && word.family) runs.splice(-1, 1, { ...before, text: before.text + space }, word)
    else runs.push({ ...word, text: space + word.text })
  })
  return textOfRuns(runs, x, baseline)
}

function sameStyle(a: TextStyle, b: TextStyle): boolean {
  return a.bold === b.bold && a.fill === b.fill && a.family === b.family
}

/** Letters of code are all as wide as a digit and somewhat more. */
function wordWidth(word: Word): number {
  return word.family ? [...word.text].length * word.size * 0.602 : widthOf(word.text, word)
}

function spaceWidth(word: Word): number {
  return word.family ? wordWidth({ ...word, text: ' ' }) : widthOf(' ', word)
}
