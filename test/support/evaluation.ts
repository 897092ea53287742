import fc from 'fast-check'

/** Calls and comparisons of parts of a message that all hold a text, which no reason may tell. */
export function evaluationOf(mark: string): fc.Arbitrary<{ readonly expression: string; readonly context: Record<string, unknown> }> {
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(mark, `${mark}1`, `2020-01-01${mark}`, `P1${mark}`, 1, -1.5, true, null, '2020-01-01', 'PT1H'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(mark, 'a', 'b'), tie('value'), { maxKeys: 3 }),
    ),
  })).value
  const part = fc.constantFrom(
    'body.a',
    'body.b',
    'body.c',
    'body',
    '1',
    '"x"',
    'null',
    '[body.a, body.b]',
    '{x: body.c}',
    'function(x) x',
    'function(x, y) x < y',
  )
  const unary = fc.constantFrom(
    'number',
    'string',
    'date',
    'time',
    'date and time',
    'duration',
    'min',
    'max',
    'sum',
    'mean',
    'median',
    'mode',
    'stddev',
    'product',
    'all',
    'any',
    'count',
    'flatten',
    'get entries',
    'context',
    'from json',
    'from base64',
    'years and months duration',
    'string join',
    'assert',
    'day of week',
    'floor',
  )
  const binary = fc.constantFrom('<', '>=', '=', '+', '-', '*', '/', '**', 'in', 'and', 'instance of')
  const call = fc.constantFrom(
    'sort',
    'date and time',
    'assert',
    'partition',
    'matches',
    'split',
    'substring',
    'remove',
    'sublist',
    'append',
    'put',
    'get value',
    'context put',
    'decimal',
    'round up',
    'before',
    'during',
    'includes',
    'replace',
    'time',
    'number',
    'string join',
    'insert before',
  )
  const expression = fc.oneof(
    fc.tuple(unary, part).map(([name, it]) => `${name}(${it})`),
    fc.tuple(part, binary, part).map(([one, sign, other]) => `(${one}) ${sign} (${other})`),
    fc.tuple(call, fc.array(part, { minLength: 2, maxLength: 4 })).map(([name, args]) => `${name}(${args.join(', ')})`),
    fc.tuple(part, part).map(([one, other]) => `for x in ${one} return x < ${other}`),
    fc.tuple(part, part).map(([low, high]) => `for x in ${low}..${high} return x`),
    fc.tuple(part, part, part).map(([it, low, high]) => `${it} in [${low}..${high}]`),
    fc.tuple(part, part).map(([one, other]) => `(${one})[item > ${other}]`),
    fc.tuple(part, part).map(([one, other]) => `assert(${one}, false, ${other})`),
  )
  const context = fc.record({ a: value, b: value, c: value })
  return fc.record({
    expression: fc.oneof(
      expression,
      expression.map((it) => `{r: ${it}}`),
    ),
    context,
  })
}
