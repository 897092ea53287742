import { writeFileSync } from 'node:fs'

/** Writes what was measured, to four digits: more a machine does not know. */
export function writeFigures(file: string, figures: object) {
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
  writeFileSync(file, `${JSON.stringify(figures, rounded, 2)}\n`)
}
