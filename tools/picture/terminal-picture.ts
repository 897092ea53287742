import { escaped } from '../../lib/dashboard/svg-text.ts'

/** What a terminal shows, as a picture in SVG: its text with the colours and weights of ANSI's codes, each line cut at the last column. */

const COLUMNS = 120
const [COLUMN, LINE, MARGIN, SIZE] = [7.5, 18, 16, 12.5]
const [INK, PAPER] = ['#e6edf3', '#0d1117']

/** SGR codes, as SVG's attributes. */
const STYLES: Readonly<Record<string, string>> = {
  1: 'font-weight="bold"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72"',
  32: 'fill="#3fb950"',
  33: 'fill="#d29922"',
  36: 'fill="#39c5cf"',
}

export function terminalPicture(text: string): string {
  const lines = text.trimEnd().split('\n')
  const [width, height] = [COLUMNS * COLUMN + 2 * MARGIN, lines.length * LINE + 2 * MARGIN]
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace" font-size="${SIZE}" fill="${INK}">`,
    ...lines.map((line, index) => lineOf(line, MARGIN + (index + 0.75) * LINE)),
    '</g>',
    '</svg>',
  ].join('\n')}\n`
}

/** Each run of characters at its own column, so that the columns stay whatever font there is. */
function lineOf(line: string, y: number): string {
  let [column, style] = [0, '']
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what begins a code of ANSI is one
  const runs = [...line.matchAll(/\u001b\[(\d*)m|[^\u001b ]+(?: [^\u001b ]+)*| +/g)].flatMap(([part, code]) => {
    if (code !== undefined) {
      style = STYLES[code] ?? ''
      return []
    }
    const [from, shown] = [column, within(part, COLUMNS - column)]
    column += part.length
    if (!shown.trim()) return []
    const placed = `x="${MARGIN + from * COLUMN}" y="${y}" textLength="${shown.length * COLUMN}"`
    return [`<text ${placed}${style && ` ${style}`}>${escaped(shown)}</text>`]
  })
  return runs.join('')
}

function within(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}${room > 0 ? '…' : ''}`
}
