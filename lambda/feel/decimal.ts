import { scientific } from './java-double.ts'

/**
 * Numbers as Camunda's engine has them: Scala's `BigDecimal` over Java's, with 34 significant digits (DECIMAL128, half even) and Java's
 * scales, which `string()` shows: 2 * 9.5 is "19.0". decimal.js, big.js and bignumber.js know a value but no scale, so they cannot say that.
 *
 * Most numbers are plain ones, which need no object: a safe integer (scale 0), or a fraction of at least a thousandth whose shortest text
 * has the digits and the scale. All others are a `Decimal`.
 */
export class Decimal {
  /** A bigint only where it exceeds the safe integers. */
  readonly unscaled: number | bigint
  readonly scale: number
  /** How many digits an operation keeps whose left side this is: 34, or as many as a longer literal has. */
  readonly precision: number

  constructor(unscaled: number | bigint, scale: number, precision = DIGITS) {
    this.unscaled = unscaled
    this.scale = scale
    this.precision = precision
  }
}

type FeelNumber = number | Decimal

/** What arithmetic cannot do: the engine throws there, and the evaluation fails. */
export class ArithmeticFault extends Error {}

const DIGITS = 34
/** Java's scale is an int. */
const MAX_SCALE = 2_147_483_647
/** More digits than this are never written out; Java would try until its memory ends. */
const MAX_WRITTEN_DIGITS = 100_000
/** Scales which differ by so much are not brought together digit by digit. */
const FAR = 100
/** The powers of ten which a double has exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** Whether a double is a plain number of this file. */
export function isPlainNumber(number: number): boolean {
  return Number.isInteger(number) ? Number.isSafeInteger(number) && !Object.is(number, -0) : Math.abs(number) >= 1e-3 && number * 0 === 0
}

/** The decimal of a whole number, with all its digits. */
export function fromInteger(integer: bigint): FeelNumber {
  return make(integer, 0, Math.max(DIGITS, digitsOf(integer)))
}

/**
 * The decimal which Java's `Double.toString` says: `1.0` for 1, `1.0E10` for 1e10.
 * @throws ArithmeticFault of a double which is not finite
 */
export function fromDouble(double: number): FeelNumber {
  if (!Number.isFinite(double)) throw new ArithmeticFault(`${double} is not a number`)
  if (double === 0) return new Decimal(0, 1)
  const size = Math.abs(double)
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(double) ? new Decimal(double * 10, 1) : double
  const { mantissa, exponent } = scientific(double)
  const [integral = '', fraction = ''] = mantissa.split('.')
  return make(BigInt(integral + fraction), fraction.length - exponent)
}

const DECIMAL_TEXT = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,10}))?$/

/** The number which a text says to Java's `new BigDecimal(text)`: `12`, `+1.50`, `.5`, `1e3`; undefined where it throws. */
export function parseDecimal(text: string): FeelNumber | undefined {
  if (text.length < 16 && /^[1-9]\d{0,14}$/.test(text)) return Number(text)
  const parts = DECIMAL_TEXT.exec(text)
  if (!parts) return undefined
  const [, sign, integral = '', decimals, onlyDecimals, exponent = '0'] = parts
  const fraction = decimals ?? onlyDecimals ?? ''
  const scale = fraction.length - Number(exponent)
  if (Math.abs(Number(exponent)) > MAX_SCALE || Math.abs(scale) > MAX_SCALE) return undefined
  const unscaled = BigInt(`${integral}${fraction}`)
  return make(sign === '-' ? -unscaled : unscaled, scale, Math.max(DIGITS, digitsOf(unscaled)))
}

export function add(x: FeelNumber, y: FeelNumber): FeelNumber {
  if (typeof x === 'number' && typeof y === 'number') {
    const sum = x + y
    if (Number.isSafeInteger(x) && Number.isSafeInteger(y) && Number.isSafeInteger(sum)) return sum
  }
  return addSigned(x, y, 1)
}

/** The sum of one number or more, from left to right. */
export function sum(numbers: readonly FeelNumber[]): FeelNumber {
  let unscaled = 0
  let scale = 0
  for (const number of numbers) {
    const own = smallScale(number)
    if (own < 0) return numbers.reduce(add)
    if (own > scale) {
      unscaled *= POWERS[own - scale] as number
      scale = own
    }
    unscaled += smallUnscaled(number, own) * (POWERS[scale - own] as number)
    if (!Number.isSafeInteger(unscaled)) return numbers.reduce(add)
  }
  return makeSmall(unscaled, scale)
}

export function subtract(x: FeelNumber, y: FeelNumber): FeelNumber {
  if (typeof x === 'number' && typeof y === 'number') {
    const difference = x - y
    if (Number.isSafeInteger(x) && Number.isSafeInteger(y) && Number.isSafeInteger(difference)) return difference
  }
  return addSigned(x, y, -1)
}

function addSigned(x: FeelNumber, y: FeelNumber, sign: 1 | -1): FeelNumber {
  const xScale = smallScale(x)
  const yScale = smallScale(y)
  if (xScale >= 0 && yScale >= 0) {
    const scale = Math.max(xScale, yScale)
    const left = smallUnscaled(x, xScale) * (POWERS[scale - xScale] as number)
    const right = smallUnscaled(y, yScale) * (POWERS[scale - yScale] as number)
    const sum = left + sign * right
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(sum)) return makeSmall(sum, scale)
  }
  return addBig(x, y, sign)
}

function addBig(x: FeelNumber, y: FeelNumber, sign: 1 | -1): FeelNumber {
  const precision = precisionOf(x)
  let [left, leftScale] = big(x)
  let [right, rightScale] = big(y)
  if (sign < 0) right = -right
  if (left !== 0n && right !== 0n) {
    // What lies far below the last digit that is kept counts only by its sign.
    if (Math.abs(leftScale - rightScale) > FAR) {
      const leftTop = digitsOf(left) - leftScale
      const rightTop = digitsOf(right) - rightScale
      if (leftTop - rightTop > precision + digitsOf(left) + 3) {
        rightScale = Math.max(leftScale, precision - leftTop) + 3
        right = right < 0n ? -1n : 1n
      } else if (rightTop - leftTop > precision + digitsOf(right) + 3) {
        leftScale = Math.max(rightScale, precision - rightTop) + 3
        left = left < 0n ? -1n : 1n
      }
    }
  } else if (left === 0n) {
    if (right === 0n) return make(0n, Math.max(leftScale, rightScale), precision)
    return padded(right, rightScale, leftScale, precision)
  } else return padded(left, leftScale, rightScale, precision)
  const scale = Math.max(leftScale, rightScale)
  return rounded(left * powerOfTen(scale - leftScale) + right * powerOfTen(scale - rightScale), scale, precision)
}

/** A number plus zero: its scale becomes that of the zero where the digits allow it. */
function padded(unscaled: bigint, scale: number, zeroScale: number, precision: number): FeelNumber {
  const room = Math.min(zeroScale - scale, precision - digitsOf(unscaled))
  return room > 0 ? make(unscaled * powerOfTen(room), scale + room, precision) : rounded(unscaled, scale, precision)
}

export function multiply(x: FeelNumber, y: FeelNumber): FeelNumber {
  const xScale = smallScale(x)
  const yScale = smallScale(y)
  if (xScale >= 0 && yScale >= 0) {
    const product = smallUnscaled(x, xScale) * smallUnscaled(y, yScale)
    if (Number.isSafeInteger(product)) return makeSmall(product + 0, xScale + yScale)
  }
  const [left, leftScale] = big(x)
  const [right, rightScale] = big(y)
  return rounded(left * right, leftScale + rightScale, precisionOf(x))
}

/** @throws ArithmeticFault of a division by zero */
export function divide(x: FeelNumber, y: FeelNumber): FeelNumber {
  if (typeof x === 'number' && typeof y === 'number' && y !== 0 && Number.isInteger(x) && Number.isInteger(y)) {
    const quotient = x / y
    if (x % y === 0) return quotient + 0
    const scale = smallScale(quotient)
    if (scale >= 0 && Math.abs(quotient) >= 1e-3) {
      const scaled = x * (POWERS[scale] as number)
      const back = smallUnscaled(quotient, scale) * y
      if (scaled === back && Number.isSafeInteger(scaled)) return quotient
    }
  }
  const [dividend, dividendScale] = big(x)
  const [divisor, divisorScale] = big(y)
  return quotient(dividend, dividendScale, divisor, divisorScale, precisionOf(x))
}

function quotient(dividend: bigint, dividendScale: number, divisor: bigint, divisorScale: number, precision: number): FeelNumber {
  if (divisor === 0n) throw new ArithmeticFault('division by zero')
  const preferredScale = dividendScale - divisorScale
  if (dividend === 0n) return make(0n, saturated(preferredScale), precision)
  let shift = precision + digitsOf(divisor) - digitsOf(dividend)
  let [result, rest] = divided(dividend, divisor, shift)
  if (digitsOf(result) > precision) {
    shift--
    ;[result, rest] = divided(dividend, divisor, shift)
  }
  let scale = preferredScale + shift
  if (rest !== 0n) {
    const [numerator, denominator] = shift >= 0 ? [dividend * powerOfTen(shift), divisor] : [dividend, divisor * powerOfTen(-shift)]
    return rounded(roundedQuotient(numerator, denominator, 'HALF_EVEN'), scale, precision)
  }
  while (scale > preferredScale && result % 10n === 0n) {
    result /= 10n
    scale--
  }
  return rounded(result, scale, precision)
}

function divided(dividend: bigint, divisor: bigint, shift: number): [quotient: bigint, rest: bigint] {
  const numerator = shift >= 0 ? dividend * powerOfTen(shift) : dividend
  const denominator = shift >= 0 ? divisor : divisor * powerOfTen(-shift)
  return [numerator / denominator, numerator % denominator]
}

/**
 * Java's remainder, which has the sign of the dividend.
 * @throws ArithmeticFault of a division by zero, or where the quotient has too many digits
 */
export function remainder(x: FeelNumber, y: FeelNumber): FeelNumber {
  if (typeof x === 'number' && typeof y === 'number' && y !== 0 && Number.isInteger(x) && Number.isInteger(y)) return (x % y) + 0
  const [dividend, dividendScale] = big(x)
  const [divisor, divisorScale] = big(y)
  const precision = precisionOf(x)
  if (divisor === 0n) throw new ArithmeticFault('division by zero')
  // Where the dividend is smaller, it is the rest.
  if (digitsOf(dividend) - dividendScale < digitsOf(divisor) - divisorScale || dividend === 0n) return x
  const scale = Math.max(dividendScale, divisorScale)
  const left = dividend * powerOfTen(scale - dividendScale)
  const right = divisor * powerOfTen(scale - divisorScale)
  let whole = left / right
  if (whole % powerOfTen(Math.max(0, digitsOf(whole) - precision)) !== 0n) throw new ArithmeticFault('Division impossible')
  // Java strips the zeros of the quotient down to its preferred scale, and the scale of the rest follows from that.
  const preferredScale = dividendScale - divisorScale
  let wholeScale = Math.max(0, preferredScale)
  while (wholeScale > preferredScale && whole % 10n === 0n && whole !== 0n) {
    whole /= 10n
    wholeScale--
  }
  return rescaled(left % right, scale, whole === 0n ? dividendScale : Math.max(dividendScale, wholeScale + divisorScale), precision)
}

function rescaled(unscaled: bigint, scale: number, newScale: number, precision: number): FeelNumber {
  return newScale >= scale
    ? make(unscaled * powerOfTen(newScale - scale), newScale, precision)
    : make(unscaled / powerOfTen(scale - newScale), newScale, precision)
}

/**
 * A power as Java computes it (ANSI X3.274): with whole exponents, step by step in a few more digits than are kept.
 * @throws ArithmeticFault of an exponent beyond 999999999, or a result without an exponent
 */
export function power(base: FeelNumber, exponent: number): FeelNumber {
  const size = Math.abs(exponent)
  const precision = precisionOf(base)
  if (size > 999_999_999) throw new ArithmeticFault('Invalid operation')
  if (exponent === 0) return 1
  const working = precision + String(size).length + 1
  let result: FeelNumber = new Decimal(1, 0, working)
  for (const bit of size.toString(2)) {
    result = multiply(withPrecision(result, working), result)
    if (bit === '1') result = multiply(withPrecision(result, working), base)
  }
  if (exponent < 0) result = divide(new Decimal(1, 0, working), result)
  const [unscaled, scale] = big(result)
  return rounded(unscaled, scale, precision)
}

/** Negative, zero or positive as x is less than, equal to or greater than y. */
export function compare(x: FeelNumber, y: FeelNumber): number {
  if (typeof x === 'number' && typeof y === 'number') return x < y ? -1 : x > y ? 1 : 0
  const [left, leftScale] = big(x)
  const [right, rightScale] = big(y)
  const leftSign = left > 0n ? 1 : left < 0n ? -1 : 0
  const rightSign = right > 0n ? 1 : right < 0n ? -1 : 0
  if (leftSign !== rightSign || leftSign === 0) return leftSign - rightSign
  const tops = digitsOf(left) - leftScale - (digitsOf(right) - rightScale)
  if (tops !== 0) return tops > 0 ? leftSign : -leftSign
  const scale = Math.max(leftScale, rightScale)
  const difference = left * powerOfTen(scale - leftScale) - right * powerOfTen(scale - rightScale)
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

export function negate(x: FeelNumber): FeelNumber {
  if (typeof x === 'number') return 0 - x
  return new Decimal(typeof x.unscaled === 'number' ? 0 - x.unscaled : -x.unscaled, x.scale, x.precision)
}

export function isNegative(x: FeelNumber): boolean {
  return (typeof x === 'number' ? x : x.unscaled) < 0
}

export function isZero(x: FeelNumber): boolean {
  return typeof x === 'number' ? x === 0 : x.unscaled === 0
}

/** Whether it has no fraction: 2, 2.00, 1E+3. */
export function isWhole(x: FeelNumber): boolean {
  if (typeof x === 'number') return Number.isInteger(x)
  if (x.scale <= 0 || x.unscaled === 0) return true
  const [unscaled, scale] = big(x)
  return scale < digitsOf(unscaled) && unscaled % powerOfTen(scale) === 0n
}

/** Java's rounding modes, by their names. */
export const ROUNDING_MODES = ['UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'HALF_EVEN', 'UNNECESSARY'] as const

export type RoundingMode = (typeof ROUNDING_MODES)[number]

/**
 * The number with that many decimals, which may be fewer than none.
 * @throws ArithmeticFault where UNNECESSARY rounding is necessary, or the digits are too many
 */
export function setScale(x: FeelNumber, scale: number, mode: RoundingMode): FeelNumber {
  if (typeof x === 'number' && scale === 0 && Number.isInteger(x)) return x
  const [unscaled, oldScale] = big(x)
  const precision = precisionOf(x)
  if (scale >= oldScale)
    return unscaled === 0n ? make(0n, scale, precision) : make(unscaled * powerOfTen(scale - oldScale), scale, precision)
  // Dropping more than all of the digits rounds as dropping one more than all of them.
  const drop = Math.min(oldScale - scale, digitsOf(unscaled) + 1)
  return make(roundedQuotient(unscaled, powerOfTen(drop), mode), scale, precision)
}

/** The low 32 bits of the whole part, as Java's `intValue` gives them. */
export function intValue(x: FeelNumber): number {
  return typeof x === 'number' && Math.abs(x) < 2_147_483_648 ? Math.trunc(x) : Number(BigInt.asIntN(32, wholePart(x)))
}

/** The whole part; 0 where it is so large a multiple of a power of ten that Java's integers are 0, too. */
function wholePart(x: FeelNumber): bigint {
  const [unscaled, scale] = big(x)
  if (scale <= 0) return scale <= -64 ? 0n : unscaled * powerOfTen(-scale)
  return scale > digitsOf(unscaled) ? 0n : unscaled / powerOfTen(scale)
}

/** The nearest double; infinite where there is none. */
export function toDouble(x: FeelNumber): number {
  if (typeof x === 'number') return x
  if (typeof x.unscaled === 'number' && x.scale >= 0 && x.scale < POWERS.length) return x.unscaled / (POWERS[x.scale] as number)
  return Number(`${x.unscaled}e${-x.scale}`)
}

/** The whole number if there is one within 64 bits; as a number where that is exact. */
export function toLong(x: FeelNumber): number | bigint | undefined {
  if (typeof x === 'number') return Number.isInteger(x) ? x : undefined
  if (!isWhole(x)) return undefined
  const [unscaled, scale] = big(x)
  if (digitsOf(unscaled) - scale > 19) return undefined
  const whole = scale <= 0 ? unscaled * powerOfTen(-scale) : unscaled / powerOfTen(scale)
  if (BigInt.asIntN(64, whole) !== whole) return undefined
  return whole >= -9007199254740991n && whole <= 9007199254740991n ? Number(whole) : whole
}

/** Java's `BigDecimal.toString`, which is FEEL's `string()`: `19.0`, `1E-7`, `1.0E+10`. */
export function decimalText(x: FeelNumber): string {
  if (typeof x === 'number') return String(x)
  const { scale } = x
  const sign = x.unscaled < 0 ? '-' : ''
  const digits = String(x.unscaled).replace('-', '')
  const exponent = digits.length - 1 - scale
  if (scale === 0) return sign + digits
  if (scale > 0 && exponent >= -6) {
    const padded = digits.padStart(scale + 1, '0')
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
  }
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
  return `${sign}${mantissa}${exponent === 0 ? '' : `E${exponent > 0 ? '+' : ''}${exponent}`}`
}

/** The scale of a number whose digits fit a double exactly; -1 of any other. */
function smallScale(x: FeelNumber): number {
  if (typeof x !== 'number') return typeof x.unscaled === 'number' && x.scale >= 0 && x.scale <= 22 && x.precision === DIGITS ? x.scale : -1
  if (Number.isInteger(x)) return 0
  for (let scale = 1; scale <= 15; scale++) {
    const power = POWERS[scale] as number
    const digits = Math.round(x * power)
    if (digits > 1e15 || digits < -1e15) return -1
    if (digits / power === x) return scale
  }
  return -1
}

function smallUnscaled(x: FeelNumber, scale: number): number {
  if (typeof x !== 'number') return x.unscaled as number
  return scale === 0 ? x : Math.round(x * (POWERS[scale] as number))
}

function makeSmall(unscaled: number, scale: number): FeelNumber {
  if (scale === 0) return unscaled
  if (unscaled % 10 !== 0 && unscaled < 1e15 && unscaled > -1e15 && scale <= 15) {
    const number = unscaled / (POWERS[scale] as number)
    if (number >= 1e-3 || number <= -1e-3) return number
  }
  return new Decimal(unscaled, scale)
}

/** A number of any size in its shape: plain where it can be. */
function make(unscaled: bigint, scale: number, precision = DIGITS): FeelNumber {
  if (scale > MAX_SCALE || scale < -MAX_SCALE - 1) throw new ArithmeticFault(scale > 0 ? 'Underflow' : 'Overflow')
  if (unscaled < -9007199254740991n || unscaled > 9007199254740991n) return new Decimal(unscaled, scale, precision)
  const small = Number(unscaled)
  return precision === DIGITS && scale >= 0 && scale <= 22 ? makeSmall(small, scale) : new Decimal(small, scale, precision)
}

/** The digits and the scale. */
function big(x: FeelNumber): [unscaled: bigint, scale: number] {
  if (typeof x !== 'number') return [BigInt(x.unscaled), x.scale]
  if (Number.isInteger(x)) return [BigInt(x), 0]
  const scale = smallScale(x)
  if (scale >= 0) return [BigInt(smallUnscaled(x, scale)), scale]
  const [whole = '', fraction = ''] = String(x).split('.')
  return [BigInt(whole + fraction), fraction.length]
}

function precisionOf(x: FeelNumber): number {
  return typeof x === 'number' ? DIGITS : x.precision
}

function withPrecision(x: FeelNumber, precision: number): FeelNumber {
  const [unscaled, scale] = big(x)
  return new Decimal(unscaled, scale, precision)
}

/** Rounded, half even, to so many digits. */
function rounded(unscaled: bigint, scale: number, precision: number): FeelNumber {
  const limit = BIG_POWERS[precision]
  if (limit !== undefined && unscaled < limit && unscaled > -limit) return make(unscaled, scale, precision)
  for (let excess = digitsOf(unscaled) - precision; excess > 0; excess = digitsOf(unscaled) - precision) {
    unscaled = roundedQuotient(unscaled, powerOfTen(excess), 'HALF_EVEN')
    scale -= excess
  }
  return make(unscaled, scale, precision)
}

function roundedQuotient(dividend: bigint, divisor: bigint, mode: RoundingMode): bigint {
  const quotient = dividend / divisor
  const rest = dividend % divisor
  if (rest === 0n) return quotient
  const negative = dividend < 0n !== divisor < 0n
  const twice = absolute(rest) * 2n
  const half = twice > absolute(divisor) ? 1 : twice < absolute(divisor) ? -1 : 0
  return roundsAway(mode, negative, half, quotient % 2n !== 0n) ? quotient + (negative ? -1n : 1n) : quotient
}

function roundsAway(mode: RoundingMode, negative: boolean, half: number, odd: boolean): boolean {
  switch (mode) {
    case 'UP':
      return true
    case 'DOWN':
      return false
    case 'CEILING':
      return !negative
    case 'FLOOR':
      return negative
    case 'HALF_UP':
      return half >= 0
    case 'HALF_DOWN':
      return half > 0
    case 'HALF_EVEN':
      return half > 0 || (half === 0 && odd)
    case 'UNNECESSARY':
      throw new ArithmeticFault('Rounding necessary')
  }
}

const absolute = (integer: bigint): bigint => (integer < 0n ? -integer : integer)

const saturated = (scale: number): number => Math.max(-MAX_SCALE - 1, Math.min(MAX_SCALE, scale))

/** How many decimal digits an integer has; zero has one. */
function digitsOf(integer: bigint): number {
  if (integer < 1_000_000_000_000_000n && integer > -1_000_000_000_000_000n) return String(Math.abs(Number(integer))).length
  return String(integer).length - (integer < 0n ? 1 : 0)
}

const BIG_POWERS = Array.from({ length: 80 }, (_, exponent) => 10n ** BigInt(exponent))

function powerOfTen(exponent: number): bigint {
  if (exponent > MAX_WRITTEN_DIGITS) throw new ArithmeticFault(`a number of more than ${MAX_WRITTEN_DIGITS} digits`)
  return BIG_POWERS[exponent] ?? 10n ** BigInt(exponent)
}
