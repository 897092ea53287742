/**
 * The words of the language, as Camunda's engine reads them: a name is a Java identifier of the basic plane which is no reserved word, or
 * anything between backticks. No variable of a message has a say in it.
 */

const RESERVED = new Set(['null', 'true', 'false', 'function', 'in', 'return', 'then', 'else', 'satisfies', 'and', 'or'])

/** Java's identifier start and part, without what FEEL takes for white space. */
const IDENTIFIER =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Java takes them for parts of identifiers
  /[[\p{L}\p{Nl}\p{Sc}\p{Pc}]&&[\0-\uffff]][[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mc}\p{Mn}\p{Cf}\0-\x08\x0e-\x1b\x7f-\x9f]&&[[\0-\uffff]--[\x85\u180e\u200b\ufeff]]]*/vy

const WHITESPACE = /[\t-\r \x85\xa0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+/y

/** Where the identifier ends that begins there; undefined where none does. */
export function identifierEnd(text: string, from: number): number | undefined {
  IDENTIFIER.lastIndex = from
  if (!IDENTIFIER.test(text)) return undefined
  const to = IDENTIFIER.lastIndex
  return to - from <= 9 && RESERVED.has(text.slice(from, to)) ? undefined : to
}

/** Where white space ends that may begin there. */
export function whitespaceEnd(text: string, from: number): number {
  WHITESPACE.lastIndex = from
  return WHITESPACE.test(text) ? WHITESPACE.lastIndex : from
}
