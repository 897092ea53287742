import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compileJavaRegex,
  JavaRegexReplacementError,
  JavaRegexSyntaxError,
  RegexBudgetExceeded,
} from '../../../../lambda/feel/java-regex/java-regex.ts'

/** All matches of a pattern, as texts. */
function found(pattern: string, text: string, flags = ''): (string | undefined)[] {
  return compileJavaRegex(pattern, flags)
    .findAll(text)
    .map((match) => match.groups[0])
}

/** The groups of the first match, without the whole. */
function captured(pattern: string, text: string): readonly (string | undefined)[] | undefined {
  return compileJavaRegex(pattern).findAll(text)[0]?.groups.slice(1)
}

describe('what a pattern finds', () => {
  test.each<[claim: string, pattern: string, text: string, matches: string[]]>([
    ['a dot stops at each of Java’s line terminators', '.+', 'a\nb\rc\u0085d\u2028e\u2029f', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['a dot takes form feeds and vertical tabs', '.+', 'a\fb\u000bc', ['a\fb\u000bc']],
    ['(?s) lets a dot take all', '(?s).+', 'a\nb', ['a\nb']],
    ['(?d) leaves the newline as the only terminator', '(?d).+', 'a\rb\nc', ['a\rb', 'c']],
    ['a dot takes a pair of surrogates as one', '^.$', '😀', ['😀']],
    ['a class takes a pair of surrogates as one', '[😀x]', 'a😀b', ['😀']],
    ['(?i) is about ASCII only', '(?i)äA', 'Äa äa', ['äa']],
    ['(?iu) is about all letters', '(?iu)äA', 'Äa äa', ['Äa', 'äa']],
    ['(?iu) knows the Kelvin sign', '(?iu)[k]', 'K\u212a', ['K', '\u212a']],
    ['(?iu) knows a capital with iota below, and one with a dot', '(?iu)ᾀ|İ', 'ᾈI', ['ᾈ', 'I']],
    ['flags hold to the end of their group', '(?:(?i)a)b', 'Ab AB', ['Ab']],
    ['flags of a group hold inside it', '(?i:a)b', 'Ab AB', ['Ab']],
    ['flags can be taken back', '(?i)a(?-i)b', 'Ab AB', ['Ab']],
    ['(?x) ignores white space and comments', '(?x) a  b # and so on\n [ c d ]', 'abc abd ab ', ['abc', 'abd']],
    ['a quotation is literal', '\\Qa.b*\\E+', 'a.b** aab', ['a.b**']],
    ['a quotation need not end', '\\Q[(', 'x[(', ['[(']],
    ['\\d is ASCII', '\\d+', '12٣', ['12']],
    ['\\w is ASCII', '\\w+', 'Zürich_1', ['Z', 'rich_1']],
    ['\\s is ASCII', '\\s', '\u00a0 \u2003', [' ']],
    ['(?U) makes the classes Unicode’s', '(?U)\\w+', 'Zürich ٣', ['Zürich', '٣']],
    ['\\b goes by \\w', '\\b.', 'über', ['b']],
    ['a mark on a letter does not end a word', 'e\\b', 'e\u0301 e', ['e']],
    ['\\h is horizontal space', '\\h', ' \t\u00a0\n\u3000', [' ', '\t', '\u00a0', '\u3000']],
    ['\\v is vertical space', '\\v', ' \n\u000b\u2028', ['\n', '\u000b', '\u2028']],
    ['\\R takes a carriage return with its newline', '\\R', 'a\r\nb\nc\u0085', ['\r\n', '\n', '\u0085']],
    ['\\R may give the newline back', '\\R\\n', '\r\n', ['\r\n']],
    ['a repeated \\R may not', '\\R{1}\\n', '\r\n', []],
    ['rounds of different lengths are taken back as they came', '^\\R{0,3}(?=\\n\\n\\r)', '\r\n\n\r\n', []],
    ['rounds taken back are not counted', '^(?:a|ab){1,2}?c', 'abac', ['abac']],
    ['a loop in another one may fail here now and match here later', '^(?:a(?:b|a|)+a|a(?:b|a|)+){2}$', 'aabbb', ['aabbb']],
    ['\\X takes what a reader calls a character', '\\X', 'e\u0301👨‍👩‍👧🇩🇪', ['e\u0301', '👨‍👩‍👧', '🇩🇪']],
    ['\\X takes half a pair alone', '\\X', '\ude00\u0301', ['\ude00', '\u0301']],
    ['\\p{Lower} is ASCII', '\\p{Lower}', 'aäA', ['a']],
    ['\\p{Ll} is Unicode', '\\p{Ll}', 'aäA', ['a', 'ä']],
    ['\\p{IsLowercase} is Unicode', '\\p{IsLowercase}', 'aäA', ['a', 'ä']],
    ['\\pL takes one letter as its name', '\\pL+', 'aé1', ['aé']],
    ['\\P is the complement', '\\P{L}+', 'a12é', ['12']],
    ['\\p knows scripts', '\\p{IsGreek}\\p{script=Latin}\\p{sc=Cyrl}', 'αaя', ['αaя']],
    ['\\p knows scripts of odd spelling', '\\p{IsSignWriting}', '\u{1D800}', ['\u{1D800}']],
    ['\\p knows old names of blocks', '\\p{InGreek}\\p{InCyrillicSupplement}', 'α\u0500', ['α\u0500']],
    ['\\p knows blocks, however they are written', '\\p{InLatin-1 Supplement}\\p{blk=LATIN_1_SUPPLEMENT}', 'éè', ['éè']],
    ['\\p knows Java’s own tests', '\\p{javaUpperCase}\\p{javaDigit}', 'Ä٣', ['Ä٣']],
    ['\\p{Upper} is any letter under (?i)', '(?i)\\p{Upper}+', 'aB', ['aB']],
    ['classes intersect', '[a-z&&[^b-y]]', 'abyz', ['a', 'z']],
    ['an intersection needs no brackets', '[a-z&&def]', 'abcdef', ['d', 'e', 'f']],
    ['an intersection with nothing is none', '[ab&&]', 'abc', ['a', 'b']],
    ['characters after an intersection bring back those before it', '[a&&[b]&c]', 'abc&', ['a', 'c', '&']],
    ['a caret on the right side is literal', '[a-z^&&^b]', 'ab^', ['b', '^']],
    ['classes unite', '[a[0-9]]', 'a5b', ['a', '5']],
    ['a bracket first in a class is literal', '[]a]', ']a', [']', 'a']],
    ['a dash last in a class is literal', '[a-]', '-a', ['-', 'a']],
    ['one ampersand is literal', '[a&b]', '&', ['&']],
    ['escaped signs are literal', '\\-\\@\\_', '-@_', ['-@_']],
    [
      'octal, hexadecimal and control escapes',
      '\\060\\x31\\x{1F600}\\u0032\\cA\\e\\a',
      '01😀2\u0001\u001b\u0007',
      ['01😀2\u0001\u001b\u0007'],
    ],
    ['two escaped surrogates are one character', '[\\uD83D\\uDE00]', '😀', ['😀']],
    ['^ is the beginning only', '^a', 'a\na', ['a']],
    ['(?m)^ is the beginning of each line', '(?m)^a', 'a\na\r\na', ['a', 'a', 'a']],
    ['(?m)^ is not at the end of the text', '(?m)^', 'a\n', ['']],
    ['$ is before a final terminator too', 'a$', 'a\r\n', ['a']],
    ['$ is not before a terminator which is not final', 'a$', 'a\n\n', []],
    ['\\z is the very end', 'a\\z', 'a\n', []],
    ['\\Z is as $', 'a\\Z', 'a\n', ['a']],
    ['\\G goes on where the last match ended', '\\Ga', 'aaba', ['a', 'a']],
    ['a possessive quantifier gives nothing back', 'a*+a', 'aaa', []],
    ['an atomic group gives nothing back', '(?>a|ab)c', 'abc', []],
    ['a lazy quantifier takes as little as it can', 'a.*?c', 'abcabc', ['abc', 'abc']],
    ['a lookahead takes nothing', '\\w+(?=!)', 'ab! cd', ['ab']],
    ['a lookbehind looks back', '(?<=\\$)\\d+', '$12 13', ['12']],
    ['a lookbehind may be of several lengths', '(?<!ab?)c', 'c ac abc', ['c']],
    ['a lookbehind may have a star', '(?<=a+)b', 'aab b', ['b']],
    ['two stars in a lookbehind overflow, as in Java', '(?<=a+x+)b', 'axb', []],
    ['a back reference is what the group took', '(a|b)\\1', 'abba', ['bb']],
    ['a named back reference too', '(?<q>["\']).*?\\k<q>', '"it\'s"', ['"it\'s"']],
    ['a back reference ignores case under (?i)', '(?i)(ab)\\1', 'abAB', ['abAB']],
    ['a reference to a group that took no part fails', '(a)?\\1b', 'b', []],
    ['a reference takes digits only while there is such a group', '(a)\\12', 'aa2', ['aa2']],
    ['a quantifier takes the last character only', 'ab{2}', 'abb', ['abb']],
    ['a second bound repeats nothing', 'a{2}{3}', 'aaa', ['aa']],
    ['braces and brackets that close nothing are literal', 'a}]', 'a}]', ['a}]']],
    ['an empty match goes on one unit further', 'x*', 'ax', ['', 'x', '']],
    ['also between two surrogates', '', '😀', ['', '', '']],
    ['a search for more than plane 0 does not look between two surrogates', '[^x]?\ude00', '😀', []],
    ['nor does one for a class that may be beyond it', '(?U)\\W', '𐐨', []],
    ['one for characters of plane 0 does', '(?!^).', '😀', ['\ude00']],
  ])('%s', (_, pattern, text, matches) => {
    expect(found(pattern, text)).toEqual(matches)
  })

  test.each<[flags: string, pattern: string, text: string, matches: string[]]>([
    ['i', 'A', 'aA', ['a', 'A']],
    ['s', '.+', 'a\nb', ['a\nb']],
    ['m', '^.', 'a\nb', ['a', 'b']],
    ['x', 'a b', 'ab', ['ab']],
    ['im', '^A', 'b\na', ['a']],
    ['z', 'A', 'aA', ['A']],
  ])('the flags %j count as FEEL has them, and letters without a meaning are ignored', (flags, pattern, text, matches) => {
    expect(found(pattern, text, flags)).toEqual(matches)
  })
})

describe('what groups hold', () => {
  test.each<[claim: string, pattern: string, text: string, groups: (string | undefined)[]]>([
    ['a group that took no part is undefined', '(a)|(b)', 'b', [undefined, 'b']],
    ['a group keeps what an earlier round took', '(?:(a)|b)*', 'ab', ['a']],
    ['a group is put back with its round', '(?:(a)b|a)*', 'aba', ['a']],
    ['so is where it began', '((.+a??.))+.a', 'ababbaabbab', ['ababbaab', 'ababbaab']],
    ['a repeated group holds its last round', '(.)+', 'abc', ['c']],
    ['the first time round of an outer loop decides', '(?:(a)*b)*', 'aabab', ['a']],
    ['an empty group in a repetition takes nothing', '()*', '', [undefined]],
    ['what a lookahead set is kept when the rest fails', '(?=(a))ab|a(c)', 'ac', ['a', 'c']],
    ['what a failed attempt further left set is kept', '(?=(a))ab|c', 'ac', ['a']],
    ['of rounds inside rounds too', '(?:([^,])*,)+', 'ab,cd,', ['b']],
    ['groups of a lookahead are kept', '(?=(\\w)(\\w))\\w', 'ab', ['a', 'b']],
  ])('%s', (_, pattern, text, groups) => {
    expect(captured(pattern, text)).toEqual(groups)
  })

  test('a match tells where it is and which numbers its names have', () => {
    const [match] = compileJavaRegex('(?<day>\\d+)\\.(?<month>\\d+)').findAll('on 24.12')
    expect(match).toMatchObject({ start: 3, end: 8, groups: ['24.12', '24', '12'] })
    expect([...(match?.names ?? [])]).toEqual([
      ['day', 1],
      ['month', 2],
    ])
  })
})

describe('replacing', () => {
  test.each<[pattern: string, text: string, replacement: string, result: string]>([
    ['(\\w+) (\\w+)', 'Ada Lovelace', '$2, $1', 'Lovelace, Ada'],
    ['(?<first>\\w)', 'ab', `<\${first}>`, '<a><b>'],
    ['(a)|(b)', 'ab', '[$1$2]', '[a][b]'],
    ['(a)', 'a', '$12', 'a2'],
    ['(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)', 'abcdefghijkl', '$12$13', 'la3'],
    ['a', 'a', '\\$1\\\\', '$1\\'],
    ['a', 'a', '$0$0', 'aa'],
    ['', 'ab', '-', '-a-b-'],
    ['x', 'ab', '$9', 'ab'],
    ['\\s', 'a b', '\n', 'a\nb'],
  ])('%j in %j by %j', (pattern, text, replacement, result) => {
    expect(compileJavaRegex(pattern).replaceAll(text, replacement)).toBe(result)
  })

  test.each(['$', 'x$', '\\', '$1', '$a', '${', `\${}`, '${n', `\${n}`, `\${1}`])(
    'by %j is refused where there is something to replace',
    (replacement) => {
      expect(() => compileJavaRegex('a').replaceAll('a', replacement)).toThrow(JavaRegexReplacementError)
      expect(compileJavaRegex('a').replaceAll('b', replacement)).toBe('b')
    },
  )
})

describe('splitting', () => {
  test.each<[pattern: string, text: string, pieces: string[]]>([
    ['-', 'a-b-', ['a', 'b', '']],
    ['-', '-a', ['', 'a']],
    ['-', 'a', ['a']],
    ['-', '', ['']],
    ['', 'ab', ['a', 'b', '']],
    ['', '', ['']],
    ['a*', 'ab', ['', '', 'b', '']],
    ['(,)', 'a,b', ['a', 'b']],
  ])('by %j splits %j', (pattern, text, pieces) => {
    expect(compileJavaRegex(pattern).split(text)).toEqual(pieces)
  })
})

describe('what is no pattern', () => {
  test.each<[pattern: string, reason: string, index: number]>([
    ['(a', 'Unclosed group', 2],
    ['a)', "Unmatched closing ')'", 0],
    ['[a', 'Unclosed character class', 1],
    ['[b-a]', 'Illegal character range', 3],
    ['[a-\\d]', 'Illegal character range', 4],
    ['[&&]', 'Bad class syntax', 2],
    ['*a', "Dangling meta character '*'", 0],
    ['a**', "Dangling meta character '*'", 2],
    ['a{2,1}', 'Illegal repetition range', 5],
    ['a{', 'Illegal repetition', 2],
    ['a{1', 'Unclosed counted closure', 3],
    ['a{2147483648}', 'Illegal repetition range', 11],
    ['\\y', 'Illegal/unsupported escape sequence', 1],
    ['[\\b]', 'Illegal/unsupported escape sequence', 2],
    ['\\', 'Unescaped trailing backslash', 1],
    ['\\x4', 'Illegal hexadecimal escape sequence', 3],
    ['\\x4\\Q1\\E', 'Illegal hexadecimal escape sequence', 3],
    ['\\x{110000}', 'Hexadecimal codepoint is too big', 8],
    ['\\u12', 'Illegal Unicode escape sequence', 4],
    ['\\08', 'Illegal octal escape sequence', 2],
    ['\\p{Foo}', 'Unknown character property name {Foo}', 6],
    ['\\p{IsQaai}', 'Unknown character property name {IsQaai}', 9],
    ['\\p{InGreek_and_Coptic}', 'Unknown character property name {InGreek_and_Coptic}', 21],
    ['\\p{constructor}', 'Unknown character property name {constructor}', 14],
    ['\\p{L', 'Unclosed character family', 4],
    ['\\k<n>', 'named capturing group <n> does not exist', 4],
    ['(?<n>a)(?<n>b)', 'Named capturing group <n> is already defined', 11],
    ['(?<1>a)', 'capturing group name does not start with a Latin letter', 3],
    ['(?y)', 'Unknown inline modifier', 2],
    ['(?<=(ab)*)c', 'Look-behind group does not have an obvious maximum length', 8],
    ['(?<=(a)\\1)c', 'Look-behind group does not have an obvious maximum length', 8],
  ])('%j is refused in Java’s words', (pattern, reason, index) => {
    expect(() => compileJavaRegex(pattern)).toThrow(expect.objectContaining({ reason, index, pattern }))
  })

  test.each([
    ['a character by its name', '\\N{DIGIT ONE}'],
    ['canonical equivalence', '(?c)a'],
    ['more groups inside each other than anyone writes', '('.repeat(300) + ')'.repeat(300)],
    ['more classes inside each other', `${'['.repeat(300)}a${']'.repeat(300)}`],
    ['more intersections', `[a${'&&a'.repeat(300)}]`],
    ['more intersections with classes', `[a${'&&[a]'.repeat(300)}]`],
  ])('%s is refused, which Java would take', (_, pattern) => {
    expect(() => compileJavaRegex(pattern)).toThrow(JavaRegexSyntaxError)
  })
})

describe('the cost of', () => {
  const megabyte = 'ab'.repeat(500_000)

  test.each<[claim: string, pattern: string, text: string]>([
    ['a loop in a loop before a back reference', '(\\w*)*\\1$', `${'a'.repeat(40)}!`],
    ['the same of any character', '(.*)*\\1x', 'ab'.repeat(30)],
    ['loops in alternatives', '^(?:(?:a*)*b\\1|(c))*$', 'a'.repeat(60)],
    ['several runs one after the other', '.*.*.*x', 'a'.repeat(10_000)],
    ['a lookahead from every place', '(?=.*x)', megabyte],
    ['a run in a counted group', '(?:.*a){12}c', megabyte],
    ['a loop that is tried from every place', '(a|b)*c', megabyte],
    ['a large count', 'a{1000000000}', megabyte],
    ['a large count of nothing', '(?:){2147483647}', ''],
    ['a lookbehind without an end', '(?<=😀*)x', 'a'.repeat(10_000)],
    ['a long text that nearly matches everywhere', `x?${'a'.repeat(9_000)}b`, 'a'.repeat(20_000)],
    [
      'a class of thousands',
      `[${Array.from({ length: 5_000 }, (_, index) => String.fromCodePoint(0x10000 + index)).join('')}]`,
      'ä'.repeat(100_000),
    ],
    ['graphemes without an end', '\\X', `e${'\u0301'.repeat(300_000)}`],
    ['marks without a base', '\\b', '\u0301'.repeat(10_000)],
  ])('%s ends with the budget', (_, pattern, text) => {
    const budget = { remaining: 200_000 }
    expect(() => compileJavaRegex(pattern).find(text, budget)).toThrow(RegexBudgetExceeded)
    expect(budget.remaining).toBe(0)
  })

  test.each<[pattern: string, text: string]>([
    ['^(a+)+$', `${'a'.repeat(40)}!`],
    ['(x+x+)+y', 'x'.repeat(40)],
    ['(a|aa)+$', `${'a'.repeat(60)}!`],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(60)],
  ])('%j is small, because Java remembers where a loop has failed', (pattern, text) => {
    expect(compileJavaRegex(pattern).find(text, { remaining: 100_000 })).toBe(false)
  })

  test.each<[pattern: string, matches: boolean]>([
    ['(?:a|b)*$', true],
    ['(.)*', true],
    ['(?:(a)(b))*$', true],
    ['(ab|a)*?$', true],
    ['(?=(a|b)*$)a', true],
    ['^(?:ab)*+c', false],
    ['(a|b)*+$', true],
  ])('%j on a megabyte is no depth of calls', (pattern, matches) => {
    expect(compileJavaRegex(pattern).find(megabyte, { remaining: 100_000_000 })).toBe(matches)
  })

  test('groups and lookarounds inside each other is no depth either', () => {
    const deep = `${'(?=(?>'.repeat(99)}a${'))'.repeat(99)}`
    expect(compileJavaRegex(deep).find('a')).toBe(true)
  })

  test('memory has its own bound', () => {
    expect(() => compileJavaRegex('((a)|(b))*(?:c|d)').find('ab'.repeat(2_000_000), { remaining: 1_000_000_000 })).toThrow(/more memory/)
  })

  test('what is written counts too', () => {
    expect(() => compileJavaRegex('a').replaceAll('a'.repeat(10_000), 'x'.repeat(10_000), { remaining: 100_000 })).toThrow(
      RegexBudgetExceeded,
    )
  })

  test('is drawn from a budget that others draw on', () => {
    const budget = { remaining: 1_000 }
    compileJavaRegex('a').find('ba', budget)
    const after = budget.remaining
    expect(after).toBeLessThan(1_000)
    compileJavaRegex('b').split('aba', budget)
    expect(budget.remaining).toBeLessThan(after)
  })

  test('a search which begins at the beginning only is that of one place', () => {
    expect(compileJavaRegex('^(?:b|c)').find(megabyte, { remaining: 20 })).toBe(false)
  })

  test('what failed in one text is forgotten in the next', () => {
    const regex = compileJavaRegex('^(?:a|b)*c$')
    expect([regex.find('aax'), regex.find('aac')]).toEqual([false, true])
  })

  test('leaves an expression usable after it was too high', () => {
    const regex = compileJavaRegex('(.*)*\\1x')
    expect(() => regex.find('ab'.repeat(30), { remaining: 1_000 })).toThrow(RegexBudgetExceeded)
    expect(regex.find('x')).toBe(true)
  })
})

describe('for any pattern', () => {
  const quantifiers = ['', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?']
  const atoms = [
    'a',
    'b',
    'c',
    '.',
    '[ab]',
    '[^a]',
    '[a-c]',
    '\\d',
    '\\w',
    '\\s',
    '\\W',
    '\\b',
    '\\B',
    '(?:a|bc)',
    '(?:b|a)',
    '(?=a)',
    '(?!b)',
  ]
  const sequence = fc
    .array(
      fc
        .tuple(fc.constantFrom(...atoms), fc.constantFrom(...quantifiers))
        .map(([atom, quantifier]) => (/[bB=!]/.test(atom.slice(1, 3)) ? atom : atom + quantifier)),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(''))
  const common = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((alternatives) => alternatives.join('|'))
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' ', '-'), maxLength: 20 })

  test('that means the same in both, the matches are JavaScript’s', () => {
    fc.assert(
      fc.property(common, text, (pattern, subject) => {
        expect(found(pattern, subject)).toEqual([...subject.matchAll(new RegExp(pattern, 'g'))].map(([match]) => match))
      }),
      { numRuns: 3_000 },
    )
  })

  test('that means the same in both, so do the places and the pieces', () => {
    fc.assert(
      fc.property(common, text, (pattern, subject) => {
        const regex = compileJavaRegex(pattern)
        expect(regex.findAll(subject).map(({ start }) => start)).toEqual(
          [...subject.matchAll(new RegExp(pattern, 'g'))].map(({ index }) => index),
        )
        expect(regex.replaceAll(subject, '<$0>')).toBe(subject.replaceAll(new RegExp(pattern, 'g'), '<$&>'))
      }),
      { numRuns: 1_000 },
    )
  })

  const wild = fc
    .array(
      fc.constantFrom(
        'a',
        'b',
        '.',
        '(',
        ')',
        '(?:',
        '(?=',
        '(?<=',
        '(?>',
        '[',
        ']',
        '^',
        '&&',
        '-',
        '*',
        '+',
        '?',
        '{1,3}',
        '|',
        '\\1',
        '\\Q',
        '\\E',
        '\\X',
        '(?x)',
        '(?iu)',
      ),
      {
        maxLength: 12,
      },
    )
    .map((parts) => parts.join(''))

  test('whatever it is, it is refused, ends, or is stopped, and always in the same way', () => {
    const outcome = (pattern: string, subject: string) => {
      const budget = { remaining: 5_000 }
      try {
        return [compileJavaRegex(pattern).findAll(subject, budget), budget.remaining]
      } catch (error) {
        if (error instanceof JavaRegexSyntaxError || error instanceof RegexBudgetExceeded) return error.message
        throw error
      }
    }
    fc.assert(
      fc.property(wild, fc.string({ unit: fc.constantFrom('a', 'b', '😀', '\n'), maxLength: 30 }), (pattern, subject) => {
        expect(outcome(pattern, subject)).toEqual(outcome(pattern, subject))
      }),
      { numRuns: 3_000 },
    )
  })
})
