/** Whether CloudWatch takes a text as a dimension's value: ASCII without control characters, not blank (API reference, "Dimension"). */
export function isDimensionValue(text: string): boolean {
  return /^[\x20-\x7e]{1,1024}$/.test(text) && text.trim() !== ''
}
