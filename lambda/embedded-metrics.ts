/** The units of CloudWatch which are used here. */
export type Unit = 'Count' | 'Milliseconds' | 'None'

/** Values of a metric in one line (CloudWatch user guide, "Embedded metric format specification"). */
const MOST_VALUES = 100

/** Metrics of the same dimensions, gathered in memory and told together in CloudWatch's embedded metric format. */
export class EmbeddedMetrics {
  readonly #namespace: string
  readonly #dimensions: Readonly<Record<string, string>>
  readonly #values = new Map<string, { readonly unit: Unit; readonly values: number[] }>()

  /** Undefined: all. */
  readonly #written: ReadonlySet<string> | undefined

  /** @param written names of those metrics which are told; what else is added is not. */
  constructor(dimensions: Readonly<Record<string, string>>, written?: ReadonlySet<string>) {
    const { POWERTOOLS_METRICS_NAMESPACE: namespace = 'default_namespace' } = process.env
    this.#namespace = namespace
    this.#dimensions = dimensions
    this.#written = written
  }

  add(name: string, unit: Unit, value: number) {
    if (this.#written && !this.#written.has(name)) return
    const metric = this.#values.get(name)
    if (metric) metric.values.push(value)
    else this.#values.set(name, { unit, values: [value] })
  }

  /** What was gathered since it was last told, a line for every hundred values of a metric. */
  lines(): string[] {
    const metrics = [...this.#values].map(([name, { unit, values }]) => ({ name, unit, values }))
    this.#values.clear()
    const most = Math.max(0, ...metrics.map(({ values }) => values.length))
    return Array.from({ length: Math.ceil(most / MOST_VALUES) }, (_, line) =>
      this.#line(
        metrics.flatMap(({ name, unit, values }) => {
          const part = values.slice(line * MOST_VALUES, (line + 1) * MOST_VALUES)
          return part.length > 0 ? [{ name, unit, values: part }] : []
        }),
      ),
    )
  }

  #line(metrics: readonly { readonly name: string; readonly unit: Unit; readonly values: readonly number[] }[]): string {
    const directive = {
      Namespace: this.#namespace,
      Dimensions: [Object.keys(this.#dimensions)],
      Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
    }
    return JSON.stringify({
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
      ...this.#dimensions,
      ...Object.fromEntries(metrics.map(({ name, values }) => [name, values.length === 1 ? values[0] : values])),
    })
  }
}
