import { widestWidth } from './widest-font.ts'

/** Text in SVG, which wraps and ends nothing by itself. Widths are those of the widest font that may show it. */

export const FONT = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif'
export const INK = '#16191f'
export const FAINT_INK = '#545b64'

export interface TextStyle {
  readonly size: number
  readonly bold?: boolean
  readonly fill?: string
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly family?: string
}

export function escaped(text: string): string {
  // XML knows no control characters but these three, not even escaped.
  const allowed = [...text].filter((character) => character >= ' ' || '\t\n\r'.includes(character)).join('')
  return allowed.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

export function widthOf(text: string, { size, bold = false }: TextStyle): number {
  return widestWidth(text, size, bold)
}

/** As much of the text as there is room for, with … where it is not all. */
export function truncated(text: string, width: number, style: TextStyle): string {
  if (widthOf(text, style) <= width) return text
  const characters = [...text]
  let end = characters.length
  while (end > 0 && widthOf(`${characters.slice(0, end).join('')}…`, style) > width) end--
  return `${characters.slice(0, end).join('').trimEnd()}…`
}

/** `y` is the baseline. */
export function text(content: string, x: number, y: number, style: TextStyle): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributesOf(style)} xml:space="preserve">${escaped(content)}</text>`
}

/** A line of text in several styles. */
export function textOfRuns(runs: readonly (TextStyle & { readonly text: string })[], x: number, y: number): string {
  const [only, ...others] = runs
  if (only && others.length === 0) return text(only.text, x, y, only)
  const spans = runs.map((run) => `<tspan ${attributesOf(run)}>${escaped(run.text)}</tspan>`)
  return `<text x="${round(x)}" y="${round(y)}" xml:space="preserve">${spans.join('')}</text>`
}

function attributesOf({ size, bold, fill = INK, anchor, family }: TextStyle): string {
  const attributes = [
    `font-size="${size}" fill="${escaped(fill)}"`,
    bold ? 'font-weight="700"' : '',
    anchor ? `text-anchor="${anchor}"` : '',
    family ? `font-family="${escaped(family)}"` : '',
  ]
  return attributes.filter(Boolean).join(' ')
}

export function rect(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${escaped(fill)}"${more && ` ${more}`}/>`
}

/** What is drawn by itself, at its place in something else. */
export function nested(x: number, y: number, width: number, height: number, content: string): string {
  return `<svg x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}">${content}</svg>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
