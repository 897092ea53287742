/**
 * Whether an element's id is a dimension of its metrics. CloudWatch takes ASCII alone (API reference, "Dimension"), CDK 255 characters; and what
 * means something in a template or in a dashboard's labels, `{{` or `${`, is no dimension either: an id in BPMN has none of it.
 */
export function isDimensionValue(text: string): boolean {
  return /^[\w.-]{1,255}$/.test(text)
}
