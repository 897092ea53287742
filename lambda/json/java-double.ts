/**
 * The text of a double as Java's `Double.toString` writes it since JDK 19, and so the connector runtime where a number becomes a key or an id, and Jackson in
 * JSON. The digits are JavaScript's, the fewest that tell it from its neighbours; the notation is not.
 */
export function doubleText(double: number): string {
  if (!Number.isFinite(double)) return String(double)
  if (double === 0) return Object.is(double, -0) ? '-0.0' : '0.0'
  const { mantissa, exponent } = scientific(double)
  if (exponent < -3 || exponent >= 7) return `${mantissa}E${exponent}`
  const plain = String(double)
  return plain.includes('.') ? plain : `${plain}.0`
}

/** Java writes two digits at least: where one would do, the nearest two, which differ from it among the subnormal numbers (`4.9E-324`). */
export function scientific(double: number): { readonly mantissa: string; readonly exponent: number } {
  const shortest = double.toExponential()
  const [mantissa = '', exponent] = (shortest.includes('.') ? shortest : double.toExponential(1)).split('e')
  return { mantissa, exponent: Number(exponent) }
}
