import leven from 'leven'

/** The name that was probably meant, of those which fit. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const [best] = names.filter((other) => isTypo(other, name)).toSorted((one, other) => differing(one, name) - differing(other, name))
  return best
}

/** Whether one name may be meant by the other: at most a third of its letters differ. */
export function isTypo(one: string, other: string): boolean {
  return differing(one, other) <= 1 / 3
}

function differing(one: string, other: string): number {
  return leven(one.toLowerCase(), other.toLowerCase()) / Math.max(one.length, other.length)
}
