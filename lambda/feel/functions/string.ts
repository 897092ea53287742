import type { Budget, SmallSteps } from '../evaluation/budget.ts'
import { type Evaluation, EvaluationFault } from '../evaluation/evaluation.ts'
import { FeelError } from '../evaluation/feel-error.ts'
import { worded } from '../evaluation/wording.ts'
import { compileJavaRegex, type JavaRegex, JavaRegexReplacementError, JavaRegexSyntaxError } from '../java-regex/java-regex.ts'
import { type FeelNumber, intValue } from '../numbers/decimal.ts'
import { beginOfLastBlanks, endOfBlanks, indexOfText } from '../values/text.ts'
import type { FeelValue } from '../values/values.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { type FunctionTable, number, overload, text } from './overload.ts'

export const STRING_FUNCTIONS: FunctionTable = {
  substring: [
    overload('string, start position', [text, number], (string, start, { budget }) =>
      substring(string, startIndex(string, start, budget), string.length),
    ),
    overload('string, start position, length', [text, number, number], (string, start, length, { budget }) => {
      const from = startIndex(string, start, budget)
      return substring(string, from, Math.min((from + intValue(length, budget)) | 0, string.length))
    }),
  ],
  'string length': [overload('string', [text], (string) => string.length)],
  'upper case': [overload('string', [text], (string) => string.toUpperCase())],
  'lower case': [overload('string', [text], (string) => string.toLowerCase())],
  'substring before': [
    overload('string, match', [text, text], (string, match) => string.slice(0, Math.max(0, indexOfText(string, match)))),
  ],
  'substring after': [
    overload('string, match', [text, text], (string, match) => {
      const at = indexOfText(string, match)
      return at < 0 ? '' : string.slice(at + match.length)
    }),
  ],
  contains: [overload('string, match', [text, text], (string, match) => indexOfText(string, match) >= 0)],
  'starts with': [overload('string, match', [text, text], (string, match) => string.startsWith(match))],
  'ends with': [overload('string, match', [text, text], (string, match) => string.endsWith(match))],
  matches: [
    overload('input, pattern', [text, text], (input, pattern, evaluation) =>
      withRegex(pattern, '', evaluation, (regex, steps) => regex.find(input, steps)),
    ),
    overload('input, pattern, flags', [text, text, text], (input, pattern, flags, evaluation) =>
      withRegex(pattern, flags, evaluation, (regex, steps) => regex.find(input, steps)),
    ),
  ],
  replace: [
    overload('input, pattern, replacement', [text, text, text], (input, pattern, replacement, evaluation) =>
      withRegex(pattern, '', evaluation, (regex, steps) => regex.replaceAll(input, replacement, steps)),
    ),
    overload('input, pattern, replacement, flags', [text, text, text, text], (input, pattern, replacement, flags, evaluation) =>
      withRegex(pattern, flags, evaluation, (regex, steps) => regex.replaceAll(input, replacement, steps)),
    ),
  ],
  split: [
    overload('string, delimiter', [text, text], (string, delimiter, evaluation) =>
      withRegex(delimiter, '', evaluation, (regex, steps) => regex.split(string, steps)),
    ),
  ],
  extract: [
    overload('input, pattern', [text, text], (input, pattern, evaluation) =>
      withRegex(pattern, '', evaluation, (regex, steps) => regex.extract(input, steps)),
    ),
  ],
  trim: [overload('string', [text], trimmed)],
  'is blank': [overload('string', [text], (string) => JAVA_BLANK.test(string))],
  uuid: [overload('', [], uuid)],
  'to base64': [
    overload('value', [text], (value, { budget }) => {
      budget.spend(BASE64_STEPS)
      return toBase64(value)
    }),
  ],
  'from base64': [
    overload('value', [text], (value, { budget }) => {
      budget.spend(BASE64_STEPS)
      return fromBase64(value) ?? new FeelError(worded`Invalid Base64 value '${value}'`)
    }),
  ],
}

/** Java's `trim`, at a cost that grows with the blanks. */
function trimmed(string: string): string {
  const from = endOfBlanks(string, 0)
  return string.slice(from, beginOfLastBlanks(string, from))
}

/** Java's `Character.isWhitespace`: no no-break spaces, but the separators of files, groups, records and units. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the separators
const JAVA_BLANK = /^[\t-\r\x1c- \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]*$/

/** The index of a position from 1, or from -1 backwards; a position 0 is the end. */
function startIndex(string: string, position: FeelNumber, budget: Budget): number {
  const index = intValue(position, budget)
  return index > 0 ? index - 1 : string.length + index
}

/** @throws EvaluationFault where Java's `substring` throws */
function substring(string: string, from: number, to: number): string {
  if (from < 0 || to > string.length || from > to)
    throw new EvaluationFault(`begin ${from}, end ${to}, length ${string.length} of the string`)
  return string.slice(from, to)
}

/** Patterns are mostly part of the expression, and the same at the next message; a long one is a message's own. */
const MAX_CACHED_PATTERNS = 100
const MAX_CACHED_LENGTH = 1_000
const cachedPatterns = new Map<string, JavaRegex>()
/** Those which an evaluation has read so far, and paid for. */
const readPatterns = new WeakMap<Evaluation, Map<string, JavaRegex>>()
/** What a pattern costs which an evaluation has not read yet, whatever the ones before it have: by itself, and for each character. */
const PATTERN_STEPS = 64
const PATTERN_CHARACTER_STEPS = 4

function withRegex(
  pattern: string,
  flags: string,
  evaluation: Evaluation,
  use: (regex: JavaRegex, steps: SmallSteps) => FeelValue,
): FeelValue | FeelError {
  const { budget } = evaluation
  const patterns = patternsOf(evaluation)
  try {
    const key = `${flags} ${pattern}`
    let regex = patterns.get(key)
    if (!regex) {
      budget.spend(PATTERN_STEPS + PATTERN_CHARACTER_STEPS * pattern.length)
      regex = cachedPatterns.get(key) ?? compileJavaRegex(pattern, flags)
      if (key.length <= MAX_CACHED_LENGTH) for (const cache of [patterns, cachedPatterns]) remember(cache, key, regex)
    }
    return budget.inSmallSteps((small) => use(regex, small))
  } catch (fault) {
    if (!(fault instanceof JavaRegexSyntaxError || fault instanceof JavaRegexReplacementError)) throw fault
    budget.spendThrown()
    return new FeelError(worded`Invalid pattern '${pattern}'`)
  }
}

function patternsOf(evaluation: Evaluation): Map<string, JavaRegex> {
  const patterns = readPatterns.get(evaluation) ?? new Map<string, JavaRegex>()
  readPatterns.set(evaluation, patterns)
  return patterns
}

function remember(cache: Map<string, JavaRegex>, key: string, regex: JavaRegex) {
  if (cache.size >= MAX_CACHED_PATTERNS) cache.clear()
  cache.set(key, regex)
}

/** What a buffer costs. */
const BASE64_STEPS = 8
const UUID_STEPS = 24

const HEXADECIMAL = '0123456789abcdef'

/** A UUID of version 7: the time in milliseconds, then chance. */
function uuid({ budget, surroundings }: Evaluation): string {
  budget.spend(UUID_STEPS)
  const time = Math.max(0, Math.trunc(surroundings.now())).toString(16).padStart(12, '0').slice(-12)
  let chance = ''
  while (chance.length < 19) chance += HEXADECIMAL[Math.floor(surroundings.random() * 16)]
  const variant = '89ab'[Math.floor(surroundings.random() * 4)]
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-${variant}${chance.slice(3, 6)}-${chance.slice(6, 18)}`
}
