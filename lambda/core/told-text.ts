/**
 * A text of somebody else's as a log line, a dead letter or a terminal may have it: one line, its beginning, and nothing in it that a terminal would
 * obey or that would look like something else. What is invisible is shown as `�`.
 */
export function toldText(text: string, most = MOST_OF_A_REASON): string {
  // More than this is never shown, whatever becomes of blanks.
  const line = text
    .slice(0, most * MOST_BLANKS)
    .toWellFormed()
    .replace(BLANKS, ' ')
    .replace(INVISIBLE, '\ufffd')
    .trim()
  return line.length > most ? `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : line
}

/** As much as a log line, a row of a table and an attribute of a dead letter may have of a reason. */
const MOST_OF_A_REASON = 1_000

/** Blanks are many in pages of markup. */
const MOST_BLANKS = 20

/** Line breaks of every kind are blanks, NEL among them. */
const BLANKS = /[\s\u0085]+/gu

/** Controls (C0, DEL, C1: all of ESC, CSI and OSC begin with one), formats (bidi, zero width, tags), and what Unicode keeps for nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\u115f\u1160\u3164\uffa0]/gu
