import type { SmallSteps } from '../evaluation/budget.ts'
import { RegexMatcher } from './matcher.ts'
import { compileTree, type RegexProgram } from './program.ts'
import { Flag, parseJavaRegex } from './syntax.ts'

export { RegexBudgetExceeded } from './matcher.ts'
export { JavaRegexSyntaxError } from './syntax.ts'

/** A piece of a text, which is held; also sixteen characters which are copied. */
const PIECE_STEPS = 5

/** What a match may cost where nobody says: some tenths of a second. */
const DEFAULT_STEPS = 10_000_000

/** One match. `groups[0]` is all of it; a group that took no part is `undefined`. `names` are the numbers of the named groups. */
export type RegexMatch = {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
  readonly names: ReadonlyMap<string, number>
}

/** A replacement which refers to a group that the pattern does not have, or is otherwise none. */
export class JavaRegexReplacementError extends Error {}

/**
 * A regular expression as `java.util.regex` of Java 25 understands it.
 *
 * It is matched by an engine of our own because FEEL's regular expressions are Java's: RE2JS and other engines of linear time know neither
 * lookaround nor back references, possessive quantifiers or Java's classes, and JavaScript's own expressions mean other things in other
 * places and cannot be stopped. This one counts its steps and gives up when they are used up, always at the same one.
 *
 * Not as in Java: names of characters (`\N{…}`), the undocumented `(?c)` and more than 200 groups inside each other are refused; where
 * Java's stack overflows on a long text, this goes on; characters are those of JavaScript's version of Unicode.
 */
export class JavaRegex {
  readonly #program: RegexProgram
  readonly #matcher: RegexMatcher

  constructor(program: RegexProgram) {
    this.#program = program
    this.#matcher = new RegexMatcher(program)
  }

  /**
   * Whether it matches somewhere in a text: `Matcher.find`.
   *
   * @throws RegexBudgetExceeded
   */
  find(text: string, budget: SmallSteps = { remaining: DEFAULT_STEPS }): boolean {
    return this.#matcher.on(text, budget, (next) => next())
  }

  /**
   * All matches from left to right, none overlapping another.
   *
   * @throws RegexBudgetExceeded
   */
  findAll(text: string, budget: SmallSteps = { remaining: DEFAULT_STEPS }): RegexMatch[] {
    const matcher = this.#matcher
    return matcher.on(text, budget, (next) => {
      const matches: RegexMatch[] = []
      while (next()) {
        const { start, end } = matcher
        matcher.spend(4 * PIECE_STEPS + PIECE_STEPS * this.#program.captureCount)
        matches.push({ start, end, groups: this.#groups(text), names: this.#program.captureNames })
      }
      return matches
    })
  }

  /**
   * The texts of all matches.
   *
   * @throws RegexBudgetExceeded
   */
  extract(text: string, budget: SmallSteps = { remaining: DEFAULT_STEPS }): string[] {
    const matcher = this.#matcher
    return matcher.on(text, budget, (next) => {
      const texts: string[] = []
      while (next()) {
        matcher.spend(PIECE_STEPS)
        texts.push(text.slice(matcher.start, matcher.end))
      }
      return texts
    })
  }

  /**
   * The text with each match replaced: `Matcher.replaceAll`. In the replacement `$1` and `${name}` are groups, and a backslash makes the
   * next character a plain one.
   *
   * @throws RegexBudgetExceeded
   * @throws JavaRegexReplacementError if there is a match, and the replacement is wrong
   */
  replaceAll(text: string, replacement: string, budget: SmallSteps = { remaining: DEFAULT_STEPS }): string {
    const matcher = this.#matcher
    return matcher.on(text, budget, (next) => {
      if (!next()) return text
      matcher.spend(replacement.length)
      const parts = this.#parts(replacement)
      let result = ''
      let from = 0
      do {
        result += text.slice(from, matcher.start)
        for (const part of parts) {
          const piece = typeof part === 'string' ? part : this.#group(text, part)
          if (piece === undefined) continue
          matcher.spend(PIECE_STEPS + ((PIECE_STEPS * piece.length) >> 4))
          result += piece
        }
        from = matcher.end
      } while (next())
      return result + text.slice(from)
    })
  }

  /**
   * What is between the matches, empty pieces at the end included: `Pattern.split` without a limit. An empty match at the very beginning
   * splits nothing.
   *
   * @throws RegexBudgetExceeded
   */
  split(text: string, budget: SmallSteps = { remaining: DEFAULT_STEPS }): string[] {
    const matcher = this.#matcher
    return matcher.on(text, budget, (next) => {
      const pieces: string[] = []
      let from = 0
      while (next()) {
        if (matcher.end === 0) continue
        matcher.spend(PIECE_STEPS)
        pieces.push(text.slice(from, matcher.start))
        from = matcher.end
      }
      pieces.push(text.slice(from))
      return pieces
    })
  }

  #group(text: string, group: number): string | undefined {
    const { captures } = this.#matcher
    const start = captures[2 * group] ?? -1
    return start < 0 ? undefined : text.slice(start, captures[2 * group + 1])
  }

  #groups(text: string): (string | undefined)[] {
    return Array.from({ length: this.#program.captureCount + 1 }, (_, group) => this.#group(text, group))
  }

  /** A replacement as its texts and the numbers of its groups. */
  #parts(replacement: string): (string | number)[] {
    const parts: (string | number)[] = []
    for (const [sign, escaped, name, digits] of replacement.matchAll(REPLACEMENT_PARTS)) {
      if (escaped !== undefined) parts.push(escaped)
      else if (name !== undefined) parts.push(this.#namedGroup(name))
      else if (digits !== undefined) parts.push(...this.#numberedGroup(digits))
      else if (sign === '$' || sign === '\\') throw new JavaRegexReplacementError(`Illegal replacement ${JSON.stringify(replacement)}`)
      else parts.push(sign)
    }
    return parts
  }

  #namedGroup(name: string): number {
    const group = this.#program.captureNames.get(name)
    if (group === undefined) throw new JavaRegexReplacementError(`No group with name {${name}}`)
    return group
  }

  /** The first digit always counts, each further one only if there is such a group; the rest is text. */
  #numberedGroup(digits: string): (string | number)[] {
    const { captureCount } = this.#program
    let length = 1
    while (length < digits.length && Number(digits.slice(0, length + 1)) <= captureCount) length++
    const group = Number(digits.slice(0, length))
    if (group > captureCount) throw new JavaRegexReplacementError(`No group ${group}`)
    return [group, digits.slice(length)]
  }
}

/** An escaped character, `${name}`, `$12`, a sign that is neither, or plain text. */
const REPLACEMENT_PARTS = /\\([\s\S])|\$\{([A-Za-z][A-Za-z0-9]*)\}|\$(\d+)|[\\$]|[^\\$]+/g

const FLAGS: Readonly<Record<string, number>> = { s: Flag.dotAll, m: Flag.multiline, i: Flag.ignoreCase, x: Flag.comments }

/**
 * Reads a pattern. Of the flags, `s`, `m`, `i` and `x` count, as in FEEL's `matches`; any other letter is ignored, as there.
 *
 * @throws JavaRegexSyntaxError where Java throws PatternSyntaxException
 */
export function compileJavaRegex(pattern: string, flags = ''): JavaRegex {
  let bits = 0
  for (const [letter, bit] of Object.entries(FLAGS)) if (flags.includes(letter)) bits |= bit
  return new JavaRegex(compileTree(parseJavaRegex(pattern, bits)))
}
