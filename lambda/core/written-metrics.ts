/** What the function writes of its metrics, where it does not write all that there are: the stack tells it, by what the alarms watch. */
export interface WrittenMetrics<Name extends string = string> {
  readonly names: readonly Name[]
  /** By the metric which is counted under the other one too. */
  readonly under: Readonly<Record<string, Name>>
}
