import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../../lambda/core/expressions.ts'
import { doubleText } from '../../../lambda/json/java-double.ts'

describe('a double has the text which Java 19 and later give it:', () => {
  // biome-ignore format: a table
  test.each([
    [0, '0.0'], [-0, '-0.0'], [1, '1.0'], [-1.5, '-1.5'], [100, '100.0'], [123456.789, '123456.789'],
    [9999999, '9999999.0'], [9999999.5, '9999999.5'], [1e7, '1.0E7'], [-1e7, '-1.0E7'], [12345678.5, '1.23456785E7'],
    [0.001, '0.001'], [0.0010001, '0.0010001'], [0.00099, '9.9E-4'], [-0.00099, '-9.9E-4'], [0.00001, '1.0E-5'], [1e-7, '1.0E-7'],
    [1e20, '1.0E20'], [12345678901234567e3, '1.2345678901234567E19'], [2 ** 70, '1.1805916207174113E21'], [1e23, '1.0E23'], [2e23, '2.0E23'],
    [1.7976931348623157e308, '1.7976931348623157E308'], [2.2250738585072014e-308, '2.2250738585072014E-308'],
    [5e-324, '4.9E-324'], [1e-323, '9.9E-324'], [1.5e-323, '1.5E-323'], [2e-323, '2.0E-323'], [3e-323, '3.0E-323'], [6e-323, '5.9E-323'],
    [Number.POSITIVE_INFINITY, 'Infinity'], [Number.NEGATIVE_INFINITY, '-Infinity'], [Number.NaN, 'NaN'],
  ])('%d as %s', (double, text) => {
    expect(doubleText(double)).toBe(text)
  })

  test('which says the same number, with digits on both sides of its point', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        expect(doubleText(double)).toMatch(/^-?\d+\.\d+(E-?\d+)?$/)
        expect(Number(doubleText(double))).toBe(double)
      }),
      { numRuns: 5_000 },
    )
  })
})

// biome-ignore format: a table
test.each([
  [5e-324, '4.9E-324'], [1e-323, '9.9E-324'], [6e-323, '5.9E-323'], [2e-323, '2.0E-323'], [1e-300, '1.0E-300'], [1.5e-10, '1.5E-10'], [-5e-324, '-4.9E-324'],
])('FEEL’s string() goes by it for a number of the message: %d is %s', (body, text) => {
  expect(evaluate('=string(body)', { body })).toMatchObject({ value: text })
})
