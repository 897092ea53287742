import leven from 'leven'

/** The name that was probably meant: at most a third of its letters differ. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const distance = (other: string) => leven(other.toLowerCase(), name.toLowerCase()) / Math.max(other.length, name.length)
  const [best] = names.toSorted((one, other) => distance(one) - distance(other))
  return best !== undefined && distance(best) <= 1 / 3 ? best : undefined
}
