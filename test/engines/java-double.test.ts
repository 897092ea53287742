import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { doubleText } from '../../lambda/json/java-double.ts'
import { describeWithEngines, enginesJdk } from '../support/engines.ts'

const double = (bits: bigint) => new Float64Array(BigUint64Array.of(bits).buffer)[0] as number
const MAX = 2n ** 64n - 1n

/** Any bits; subnormal numbers; those of few digits; and whole numbers, about where the notation changes too. */
const bits = fc.oneof(
  fc.bigInt({ min: 0n, max: MAX }),
  fc.bigInt({ min: 0n, max: 2n ** 52n }),
  fc.bigInt({ min: 0n, max: 2_000n }),
  fc
    .tuple(fc.integer({ min: -9_999, max: 9_999 }), fc.integer({ min: -330, max: 308 }))
    .map(([digits, exponent]) => bitsOf(Number(`${digits}e${exponent}`))),
  fc.tuple(fc.integer(), fc.integer({ min: -10, max: 12 })).map(([digits, exponent]) => bitsOf(Number(`${digits}e${exponent}`))),
)

function bitsOf(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint
}

describeWithEngines('Java’s Double.toString', () => {
  test('writes two hundred thousand doubles as they are written here', { timeout: 120_000 }, async () => {
    const seed = Date.now() & 0x7fffffff
    const sample = fc.sample(bits, { numRuns: 200_000, seed })
    const java = spawn(enginesJdk().java, [fileURLToPath(new URL('DoubleText.java', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    java.stdin.end(sample.map((one) => `${one.toString(16)}\n`).join(''))
    const answers = (await text(java.stdout)).trim().split('\n')
    expect(answers).toHaveLength(sample.length)
    const differences = sample.flatMap((one, index) => {
      const here = doubleText(double(one))
      return here === answers[index] ? [] : [{ bits: one.toString(16), java: answers[index], here }]
    })
    expect({ seed, differences: differences.slice(0, 10) }).toEqual({ seed, differences: [] })
  })
})
