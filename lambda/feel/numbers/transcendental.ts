/**
 * Logarithms and powers of doubles, correctly rounded. V8's own are off by a last digit here and there, where Java's hardly ever are: the
 * logarithm of 3 ends in …096 or in …098. Numbers are integers in units of 2^-192, within which the series are far more exact than a double.
 */

/** What one of these functions costs; see budget.ts. */
export const TRANSCENDENTAL_STEPS = 64

const BITS = 192n
const ONE = 1n << BITS

/** The natural logarithm of a double; NaN below zero. */
export function log(x: number): number {
  return x > 0 && x < Infinity ? toDouble(logarithm(x), 0) : Math.log(x)
}

/** e to the power of a double. */
export function exp(x: number): number {
  return x !== 0 && Math.abs(x) < 800 ? exponential(fromDouble(x)) : Math.exp(x)
}

/** A power of doubles; NaN of a negative base, if the exponent is not whole. */
export function pow(x: number, y: number): number {
  if (!(x > 0 && x < Infinity) || !Number.isFinite(y)) return x ** y
  const exponent = (logarithm(x) * fromDouble(y)) >> BITS
  return exponent > 800n * ONE || exponent < -800n * ONE ? x ** y : exponential(exponent)
}

/** The number in units of 2^-192; below them nothing is left of it. */
function fromDouble(x: number): bigint {
  let fraction = x
  let shift = 0
  while (!Number.isInteger(fraction)) {
    fraction *= 2
    shift++
  }
  return shift > BITS ? (BigInt(fraction) << BITS) >> BigInt(shift) : BigInt(fraction) << (BITS - BigInt(shift))
}

/** In two steps, as the powers of two of the smallest doubles are beyond the largest's. */
function toDouble(units: bigint, exponent: number): number {
  const half = Math.trunc(exponent / 2)
  return Number(units) * 2 ** -Number(BITS) * 2 ** half * 2 ** (exponent - half)
}

function logarithm(x: number): bigint {
  let exponent = Math.floor(Math.log2(x))
  let mantissa = x / 2 ** Math.trunc(exponent / 2) / 2 ** (exponent - Math.trunc(exponent / 2))
  if (mantissa > 1.4) {
    mantissa /= 2
    exponent++
  }
  const units = fromDouble(mantissa)
  return BigInt(exponent) * LN_2 + 2n * areaTangent(((units - ONE) << BITS) / (units + ONE))
}

/** The inverse hyperbolic tangent, by its series. */
function areaTangent(t: bigint): bigint {
  const square = (t * t) >> BITS
  let sum = 0n
  let power = t
  for (let divisor = 1n; power !== 0n && power !== -1n; divisor += 2n) {
    sum += power / divisor
    power = (power * square) >> BITS
  }
  return sum
}

const LN_2 = 2n * areaTangent(ONE / 3n)

function exponential(x: bigint): number {
  const exponent = (x + LN_2 / 2n) / LN_2 - (x + LN_2 / 2n < 0n ? 1n : 0n)
  const rest = x - exponent * LN_2
  let sum = ONE
  let term = ONE
  for (let divisor = 1n; term !== 0n && term !== -1n; divisor++) {
    term = ((term * rest) >> BITS) / divisor
    sum += term
  }
  return toDouble(sum, Number(exponent))
}
