import { scientific } from '../../json/java-double.ts'
import type { Budget } from '../evaluation/budget.ts'

/**
 * Numbers as Camunda's engine has them: Scala's `BigDecimal` over Java's, with 34 significant digits (DECIMAL128, half even) and Java's
 * scales, which `string()` shows: 2 * 9.5 is "19.0". decimal.js, big.js and bignumber.js know a value but no scale, so they cannot say that.
 *
 * Most numbers are plain ones, which need no object: a safe integer (scale 0), or a fraction of at least a thousandth whose shortest text
 * has the digits and the scale. All others are a `Decimal`.
 *
 * A sender may write a number of a megabyte. What goes through digits is charged to a budget in proportion to what it costs, before it is done.
 */
export class Decimal {
  /** A bigint only where it exceeds the safe integers. */
  readonly unscaled: number | bigint
  readonly scale: number
  readonly #precision: number | undefined
  #digits: number | undefined

  /** @param precision undefined: as many as it has, where that is more than 34 */
  constructor(unscaled: number | bigint, scale: number, precision: number | undefined) {
    this.unscaled = unscaled
    this.scale = scale
    this.#precision = precision
  }

  /** How many digits an operation keeps whose left side this is: 34, or as many as a longer literal has. */
  get precision(): number {
    return this.#precision ?? Math.max(DIGITS, this.digits)
  }

  /** How many decimal digits it has; zero has one. */
  get digits(): number {
    this.#digits ??= digitsOf(BigInt(this.unscaled))
    return this.#digits
  }
}

/** A safe integer, a fraction which is the decimal that its shortest text says, or any other decimal. */
export type FeelNumber = number | Decimal

export function isNumber(value: unknown): value is FeelNumber {
  return typeof value === 'number' || value instanceof Decimal
}

/** What arithmetic cannot do: the engine throws there, and the evaluation fails. */
export class ArithmeticFault extends Error {}

const DIGITS = 34
/** What it costs to say a double in decimal digits, or an integer's number of digits. */
const DOUBLE_STEPS = 3
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
export function fromInteger(integer: bigint, budget: Budget): FeelNumber {
  budget.spend(DOUBLE_STEPS)
  return make(integer, 0, ownPrecision(integer))
}

/**
 * The decimal which Java's `Double.toString` says: `1.0` for 1, `1.0E10` for 1e10.
 * @throws ArithmeticFault of a double which is not finite
 */
export function fromDouble(double: number, budget: Budget): FeelNumber {
  if (!Number.isFinite(double)) throw new ArithmeticFault(`${double} is not a number`)
  if (double === 0) return new Decimal(0, 1, DIGITS)
  const size = Math.abs(double)
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(double) ? new Decimal(double * 10, 1, DIGITS) : double
  budget.spend(DOUBLE_STEPS)
  const { mantissa, exponent } = scientific(double)
  const digits = mantissa.replace('.', '')
  const scale = mantissa.length - 1 - mantissa.indexOf('.') - exponent
  const unscaled = Number(digits)
  return Number.isSafeInteger(unscaled) ? makeSafe(unscaled, scale, DIGITS) : make(BigInt(digits), scale, DIGITS)
}

const DECIMAL_TEXT = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,10}))?$/

/** The number which a text says to Java's `new BigDecimal(text)`: `12`, `+1.50`, `.5`, `1e3`; undefined where it throws. */
export function parseDecimal(text: string, budget: Budget): FeelNumber | undefined {
  if (text.length < 16 && /^[1-9]\d{0,14}$/.test(text)) return Number(text)
  const parts = DECIMAL_TEXT.exec(text)
  if (!parts) return undefined
  const [, sign, integral = '', decimals, onlyDecimals, exponent = '0'] = parts
  const fraction = decimals ?? onlyDecimals ?? ''
  const scale = fraction.length - Number(exponent)
  if (Math.abs(Number(exponent)) > MAX_SCALE || Math.abs(scale) > MAX_SCALE) return undefined
  budget.spendDigits(integral.length + fraction.length, 1)
  const unscaled = BigInt(`${integral}${fraction}`)
  return make(sign === '-' ? -unscaled : unscaled, scale, ownPrecision(unscaled))
}

/** Of a number which is as precise as it is long. */
function ownPrecision(unscaled: bigint): number | undefined {
  const limit = BIG_POWERS[DIGITS] as bigint
  return unscaled < limit && unscaled > -limit ? DIGITS : undefined
}

export function add(x: FeelNumber, y: FeelNumber, budget: Budget): FeelNumber {
  if (typeof x === 'number' && typeof y === 'number') {
    const sum = x + y
    if (Number.isSafeInteger(x) && Number.isSafeInteger(y) && Number.isSafeInteger(sum)) return sum
  }
  return addSigned(x, y, 1, budget)
}

/** The sum of one number or more, from left to right. */
export function sum(numbers: readonly FeelNumber[], budget: Budget): FeelNumber {
  const small = new SmallSum()
  const added = numbers.findIndex((number) => !small.add(number))
  if (added === -1) return small.value
  const rest = added === 0 ? numbers : [small.value, ...numbers.slice(added)]
  return rest.reduce((x, y) => add(x, y, budget))
}

/** The sum of numbers which come one by one, as long as a double has all the digits. */
export class SmallSum {
  #unscaled = 0
  #scale = 0

  /**
   * Whether that number could be added.
   * @param times a safe integer: how often
   */
  add(number: FeelNumber, times = 1): boolean {
    // Most have no more decimals than those before them.
    if (typeof number === 'number' && this.#addDigits(digitsAt(number, this.#scale) * times)) return true
    const own = smallScale(number)
    if (own < 0) return false
    const scale = Math.max(own, this.#scale)
    const unscaled = this.#unscaled * (POWERS[scale - this.#scale] as number)
    const digits = smallUnscaled(number, own) * (POWERS[scale - own] as number) * times
    if (!Number.isSafeInteger(unscaled) || !isSafeSum(unscaled, digits)) return false
    this.#unscaled = unscaled + digits
    this.#scale = scale
    return true
  }

  /** Whether the product of two numbers could be added, without being made: one of them is whole, as quantities are. */
  addProduct(x: number, y: number): boolean {
    return Number.isInteger(y) ? this.add(x, y) : Number.isInteger(x) && this.add(y, x)
  }

  #addDigits(digits: number): boolean {
    if (!isSafeSum(this.#unscaled, digits)) return false
    this.#unscaled += digits
    return true
  }

  get value(): FeelNumber {
    return makeSmall(this.#unscaled, this.#scale)
  }
}

export function subtract(x: FeelNumber, y: FeelNumber, budget: Budget): FeelNumber {
  if (typeof x === 'number' && typeof y === 'number') {
    const difference = x - y
    if (Number.isSafeInteger(x) && Number.isSafeInteger(y) && Number.isSafeInteger(difference)) return difference
  }
  return addSigned(x, y, -1, budget)
}

function addSigned(x: FeelNumber, y: FeelNumber, sign: 1 | -1, budget: Budget): FeelNumber {
  const xScale = smallScale(x)
  const yScale = smallScale(y)
  if (xScale >= 0 && yScale >= 0) {
    const scale = Math.max(xScale, yScale)
    const left = smallUnscaled(x, xScale) * (POWERS[scale - xScale] as number)
    const right = smallUnscaled(y, yScale) * (POWERS[scale - yScale] as number)
    const sum = left + sign * right
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(sum)) return makeSmall(sum, scale)
  }
  return addBig(x, y, sign, budget)
}

function addBig(x: FeelNumber, y: FeelNumber, sign: 1 | -1, budget: Budget): FeelNumber {
  spendOn(x, y, 0, budget)
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
    return padded(right, rightScale, leftScale, precision, budget)
  } else return padded(left, leftScale, rightScale, precision, budget)
  const scale = Math.max(leftScale, rightScale)
  const sum = shifted(left, scale - leftScale, budget) + shifted(right, scale - rightScale, budget)
  return rounded(sum, scale, precision, budget)
}

/** A number plus zero: its scale becomes that of the zero where the digits allow it. */
function padded(unscaled: bigint, scale: number, zeroScale: number, precision: number, budget: Budget): FeelNumber {
  const room = Math.min(zeroScale - scale, precision - digitsOf(unscaled))
  if (room <= 0) return rounded(unscaled, scale, precision, budget)
  return make(shifted(unscaled, room, budget), scale + room, precision)
}

export function multiply(x: FeelNumber, y: FeelNumber, budget: Budget): FeelNumber {
  const xScale = smallScale(x)
  const yScale = smallScale(y)
  if (xScale >= 0 && yScale >= 0) {
    const product = smallUnscaled(x, xScale) * smallUnscaled(y, yScale)
    if (Number.isSafeInteger(product)) return makeSmall(product + 0, xScale + yScale)
  }
  spendOn(x, y, 1, budget)
  const [left, leftScale] = big(x)
  const [right, rightScale] = big(y)
  return rounded(left * right, leftScale + rightScale, precisionOf(x), budget)
}

/** @throws ArithmeticFault of a division by zero */
export function divide(x: FeelNumber, y: FeelNumber, budget: Budget): FeelNumber {
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
  const precision = precisionOf(x)
  const [dividend, dividendScale] = big(x)
  const [divisor, divisorScale] = big(y)
  if (divisor === 0n) throw new ArithmeticFault('division by zero')
  const preferredScale = dividendScale - divisorScale
  if (dividend === 0n) return make(0n, saturated(preferredScale), precision)
  // The quotient is computed in twice as many digits as the longest of all has; and once more, where the first guess was a digit too many.
  const [dividendDigits, divisorDigits] = [digitsIn(x, dividend), digitsIn(y, divisor)]
  budget.spendDigits(2 * Math.max(precision, dividendDigits, divisorDigits), 4)
  let shift = precision + divisorDigits - dividendDigits
  let [result, rest] = divided(dividend, divisor, shift)
  if (digitsOf(result) > precision) {
    shift--
    ;[result, rest] = divided(dividend, divisor, shift)
  }
  const scale = preferredScale + shift
  if (rest !== 0n) {
    const [numerator, denominator] = shift >= 0 ? [dividend * powerOfTen(shift), divisor] : [dividend, divisor * powerOfTen(-shift)]
    return rounded(roundedQuotient(numerator, denominator, 'HALF_EVEN'), scale, precision, budget)
  }
  const [stripped, zeros] = withoutZeros(result, scale - preferredScale)
  return rounded(stripped, scale - zeros, precision, budget)
}

/** Without its last zeros, but `most` of them at most: by halves, as there may be a hundred thousand. */
function withoutZeros(integer: bigint, most: number): [stripped: bigint, zeros: number] {
  if (most < 1 || integer === 0n || integer % 10n !== 0n) return [integer, 0]
  let stripped = integer
  let zeros = 0
  for (let step = 2 ** Math.floor(Math.log2(Math.min(most, digitsOf(integer)))); step >= 1; step /= 2) {
    const power = powerOfTen(step)
    while (zeros + step <= most && stripped % power === 0n) {
      stripped /= power
      zeros += step
    }
  }
  return [stripped, zeros]
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
export function remainder(x: FeelNumber, y: FeelNumber, budget: Budget): FeelNumber {
  if (typeof x === 'number' && typeof y === 'number' && y !== 0 && Number.isInteger(x) && Number.isInteger(y)) return (x % y) + 0
  budget.spendDigits(0, 0)
  const [dividend, dividendScale] = big(x)
  const [divisor, divisorScale] = big(y)
  const precision = precisionOf(x)
  if (divisor === 0n) throw new ArithmeticFault('division by zero')
  // Where the dividend is smaller, it is the rest.
  const [dividendDigits, divisorDigits] = [digitsIn(x, dividend), digitsIn(y, divisor)]
  if (dividendDigits - dividendScale < divisorDigits - divisorScale || dividend === 0n) return x
  const scale = Math.max(dividendScale, divisorScale)
  const left = shifted(dividend, scale - dividendScale, budget)
  const right = shifted(divisor, scale - divisorScale, budget)
  budget.spendDigits(Math.max(dividendDigits + scale - dividendScale, divisorDigits + scale - divisorScale), 4)
  const whole = left / right
  if (whole % powerOfTen(Math.max(0, digitsOf(whole) - precision)) !== 0n) throw new ArithmeticFault('Division impossible')
  // Java strips the zeros of the quotient down to its preferred scale, and the scale of the rest follows from that.
  const preferredScale = dividendScale - divisorScale
  const mostScale = Math.max(0, preferredScale)
  const wholeScale = mostScale - withoutZeros(whole, mostScale - preferredScale)[1]
  const newScale = whole === 0n ? dividendScale : Math.max(dividendScale, wholeScale + divisorScale)
  const rest = left % right
  return make(newScale >= scale ? shifted(rest, newScale - scale, budget) : rest / powerOfTen(scale - newScale), newScale, precision)
}

/**
 * A power as Java computes it (ANSI X3.274): with whole exponents, step by step in a few more digits than are kept.
 * @throws ArithmeticFault of an exponent beyond 999999999, or a result without an exponent
 */
export function power(base: FeelNumber, exponent: number, budget: Budget): FeelNumber {
  const size = Math.abs(exponent)
  const precision = precisionOf(base)
  if (size > 999_999_999) throw new ArithmeticFault('Invalid operation')
  if (exponent === 0) return 1
  const working = precision + String(size).length + 1
  let result: FeelNumber = new Decimal(1, 0, working)
  for (const bit of size.toString(2)) {
    budget.spend(1)
    result = multiply(withPrecision(result, working), result, budget)
    if (bit === '1') result = multiply(withPrecision(result, working), base, budget)
  }
  if (exponent < 0) result = divide(new Decimal(1, 0, working), result, budget)
  const [unscaled, scale] = big(result)
  return rounded(unscaled, scale, precision, budget)
}

/** Negative, zero or positive as x is less than, equal to or greater than y: by sign and size, and only if these are the same by the digits. */
export function compare(x: FeelNumber, y: FeelNumber, budget: Budget): number {
  if (typeof x === 'number' && typeof y === 'number') return x < y ? -1 : x > y ? 1 : 0
  budget.spend(1)
  const [xScale, yScale] = [smallScale(x), smallScale(y)]
  if (xScale >= 0 && yScale >= 0) {
    const scale = Math.max(xScale, yScale)
    const left = smallUnscaled(x, xScale) * (POWERS[scale - xScale] as number)
    const right = smallUnscaled(y, yScale) * (POWERS[scale - yScale] as number)
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left - right
  }
  const sign = signOf(x)
  if (sign !== signOf(y) || sign === 0) return sign - signOf(y)
  const [left, leftScale] = big(x)
  const [right, rightScale] = big(y)
  const tops = digitsIn(x, left) - leftScale - (digitsIn(y, right) - rightScale)
  if (tops !== 0) return tops > 0 ? sign : -sign
  spendOn(x, y, 0, budget)
  const scale = Math.max(leftScale, rightScale)
  const difference = shifted(left, scale - leftScale, budget) - shifted(right, scale - rightScale, budget)
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

function signOf(x: FeelNumber): number {
  return isZero(x) ? 0 : isNegative(x) ? -1 : 1
}

export function negate(x: FeelNumber, budget: Budget): FeelNumber {
  if (typeof x === 'number') return 0 - x
  budget.spendDigits(manyDigits(x), 0)
  return new Decimal(typeof x.unscaled === 'number' ? 0 - x.unscaled : -x.unscaled, x.scale, x.precision)
}

export function isNegative(x: FeelNumber): boolean {
  return (typeof x === 'number' ? x : x.unscaled) < 0
}

export function isZero(x: FeelNumber): boolean {
  return typeof x === 'number' ? x === 0 : x.unscaled === 0
}

/** Whether it has no fraction: 2, 2.00, 1E+3. */
export function isWhole(x: FeelNumber, budget: Budget): boolean {
  if (typeof x === 'number') return Number.isInteger(x)
  if (x.scale <= 0 || x.unscaled === 0) return true
  if (x.scale >= x.digits) return false
  budget.spendDigits(x.digits, 1)
  return BigInt(x.unscaled) % powerOfTen(x.scale) === 0n
}

/** Java's rounding modes, by their names. */
export const ROUNDING_MODES = ['UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'HALF_EVEN', 'UNNECESSARY'] as const

export type RoundingMode = (typeof ROUNDING_MODES)[number]

/**
 * The number with that many decimals, which may be fewer than none.
 * @throws ArithmeticFault where UNNECESSARY rounding is necessary, or the digits are too many
 */
export function setScale(x: FeelNumber, scale: number, mode: RoundingMode, budget: Budget): FeelNumber {
  if (typeof x === 'number' && scale === 0 && Number.isInteger(x)) return x
  budget.spendDigits(0, 1)
  const [unscaled, oldScale] = big(x)
  const precision = precisionOf(x)
  if (scale >= oldScale)
    return unscaled === 0n ? make(0n, scale, precision) : make(shifted(unscaled, scale - oldScale, budget), scale, precision)
  // Dropping more than all of the digits rounds as dropping one more than all of them.
  const drop = Math.min(oldScale - scale, digitsIn(x, unscaled) + 1)
  budget.spendDigits(manyDigits(x), 4)
  return make(roundedQuotient(unscaled, powerOfTen(drop), mode), scale, precision)
}

/** The low 32 bits of the whole part, as Java's `intValue` gives them. */
export function intValue(x: FeelNumber, budget: Budget): number {
  return typeof x === 'number' && Math.abs(x) < 2_147_483_648 ? Math.trunc(x) : Number(BigInt.asIntN(32, wholePart(x, budget)))
}

/** The whole part; 0 where it is so large a multiple of a power of ten that Java's integers are 0, too. */
function wholePart(x: FeelNumber, budget: Budget): bigint {
  const [unscaled, scale] = big(x)
  if (scale <= 0) return scale <= -64 ? 0n : shifted(unscaled, -scale, budget)
  if (scale > digitsIn(x, unscaled)) return 0n
  budget.spendDigits(manyDigits(x), 1)
  return unscaled / powerOfTen(scale)
}

/** The nearest double; infinite where there is none. */
export function toDouble(x: FeelNumber, budget: Budget): number {
  if (typeof x === 'number') return x
  if (typeof x.unscaled === 'number' && x.scale >= 0 && x.scale < POWERS.length) return x.unscaled / (POWERS[x.scale] as number)
  budget.spendDigits(x.digits, 4)
  return Number(`${x.unscaled}e${-x.scale}`)
}

/** The whole number if there is one within 64 bits; as a number where that is exact. */
export function toLong(x: FeelNumber, budget: Budget): number | bigint | undefined {
  if (typeof x === 'number') return Number.isInteger(x) ? x : undefined
  if (typeof x.unscaled === 'number' && x.scale >= 0 && x.scale < POWERS.length) {
    const power = POWERS[x.scale] as number
    return x.unscaled % power === 0 ? x.unscaled / power : undefined
  }
  if (x.digits - x.scale > 19) return undefined
  if (!isWhole(x, budget)) return undefined
  const whole = wholePart(x, budget)
  if (BigInt.asIntN(64, whole) !== whole) return undefined
  return whole >= -9007199254740991n && whole <= 9007199254740991n ? Number(whole) : whole
}

/** A text which is the same for equal numbers, whatever their scales. */
export function keyOf(x: FeelNumber, budget: Budget): string {
  const whole = toLong(x, budget)
  if (whole !== undefined) return String(whole)
  budget.spendDigits(manyDigits(x), 4)
  const [unscaled, scale] = big(x)
  const [stripped, zeros] = withoutZeros(unscaled, MAX_SCALE)
  return `${stripped}E${zeros - scale}`
}

/** Java's `BigDecimal.toString`, which is FEEL's `string()`: `19.0`, `1E-7`, `1.0E+10`. */
export function decimalText(x: FeelNumber, budget: Budget): string {
  if (typeof x === 'number') return String(x)
  budget.spendDigits(x.digits, 4)
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
  // Most fractions are sums of money.
  const hundredths = digitsAt(x, 2)
  if (!Number.isNaN(hundredths)) return isTenfold(hundredths) ? 1 : 2
  for (let scale = 1; scale <= 15 && Math.abs(x) * (POWERS[scale] as number) <= 1e15; scale++)
    if (!Number.isNaN(digitsAt(x, scale))) return scale
  return -1
}

/** The digits of a double which has so many decimals, or less; NaN of one which has more, or too many digits to say. */
function digitsAt(x: number, scale: number): number {
  const power = POWERS[scale] as number
  const digits = Math.round(x * power)
  return digits / power === x && digits <= 1e15 && digits >= -1e15 ? digits : Number.NaN
}

/** Whether a double has all the digits of a number and of its sum with a safe integer. */
function isSafeSum(safe: number, digits: number): boolean {
  return Number.isSafeInteger(digits) && Number.isSafeInteger(safe + digits)
}

/** Whether an integer ends with a zero. The remainder of doubles takes several times as long. */
function isTenfold(integer: number): boolean {
  return Math.trunc(integer / 10) * 10 === integer
}

function smallUnscaled(x: FeelNumber, scale: number): number {
  if (typeof x !== 'number') return x.unscaled as number
  return scale === 0 ? x : Math.round(x * (POWERS[scale] as number))
}

function makeSmall(unscaled: number, scale: number): FeelNumber {
  if (scale === 0) return unscaled
  if (!isTenfold(unscaled) && unscaled < 1e15 && unscaled > -1e15 && scale <= 15) {
    const number = unscaled / (POWERS[scale] as number)
    if (number >= 1e-3 || number <= -1e-3) return number
  }
  return new Decimal(unscaled, scale, DIGITS)
}

/** A number of any size in its shape: plain where it can be. */
function make(unscaled: bigint, scale: number, precision: number | undefined): FeelNumber {
  if (scale > MAX_SCALE || scale < -MAX_SCALE - 1) throw new ArithmeticFault(scale > 0 ? 'Underflow' : 'Overflow')
  if (unscaled < -9007199254740991n || unscaled > 9007199254740991n) return new Decimal(unscaled, scale, precision)
  return makeSafe(Number(unscaled), scale, precision)
}

/** The same of digits which a double has exactly. */
function makeSafe(unscaled: number, scale: number, precision: number | undefined): FeelNumber {
  return precision === DIGITS && scale >= 0 && scale <= 22 ? makeSmall(unscaled, scale) : new Decimal(unscaled, scale, precision)
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
function rounded(unscaled: bigint, scale: number, precision: number, budget: Budget): FeelNumber {
  const limit = BIG_POWERS[precision]
  if (limit !== undefined && unscaled < limit && unscaled > -limit) return make(unscaled, scale, precision)
  if (digitsOf(unscaled) > precision) budget.spendDigits(digitsOf(unscaled), 4)
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

/** Charges what the digits of two numbers cost. */
function spendOn(x: FeelNumber, y: FeelNumber, weight: 0 | 1, budget: Budget) {
  budget.spendDigits(manyDigits(x) + manyDigits(y), weight)
}

/** How many digits it has, where they are so many that they cost something. */
function manyDigits(x: FeelNumber): number {
  return typeof x === 'number' || typeof x.unscaled === 'number' ? 0 : x.digits
}

function digitsIn(x: FeelNumber, unscaled: bigint): number {
  return typeof x === 'number' ? digitsOf(unscaled) : x.digits
}

/** How many decimal digits an integer has; zero has one. Its text would cost more than most of what is done with it. */
function digitsOf(integer: bigint): number {
  if (integer < 1_000_000_000_000_000n && integer > -1_000_000_000_000_000n) return String(Math.abs(Number(integer))).length
  const size = absolute(integer)
  const hex = size.toString(16)
  if (hex.length < SHORT) return String(size).length
  const logarithm = Math.log10(Number.parseInt(hex.slice(0, 13), 16)) + (hex.length - 13) * Math.log10(16)
  const digits = Math.floor(logarithm) + 1
  // So near to a power of ten the logarithm does not tell on which side of it.
  const nearest = Math.round(logarithm)
  if (Math.abs(logarithm - nearest) > 1e-6) return digits
  return size >= 10n ** BigInt(nearest) ? nearest + 1 : nearest
}

/** Up to so many hexadecimal digits the text is as fast. */
const SHORT = 100

const BIG_POWERS = Array.from({ length: 80 }, (_, exponent) => 10n ** BigInt(exponent))

function powerOfTen(exponent: number): bigint {
  if (exponent > MAX_WRITTEN_DIGITS) throw new ArithmeticFault(`a number of more than ${MAX_WRITTEN_DIGITS} digits`)
  return BIG_POWERS[exponent] ?? 10n ** BigInt(exponent)
}

/** With so many zeros behind it. */
function shifted(integer: bigint, zeros: number, budget: Budget): bigint {
  if (zeros === 0) return integer
  if (zeros > DIGITS) budget.spendDigits(Math.min(zeros, MAX_WRITTEN_DIGITS) + digitsOf(integer), 1)
  return integer * powerOfTen(zeros)
}
