import type { Settled } from './bridge.ts'
import type { Camunda } from './camunda.ts'
import { isDimensionValue } from './core/dimension-value.ts'
import type { WrittenMetrics } from './core/written-metrics.ts'
import { EmbeddedMetrics } from './embedded-metrics.ts'

/**
 * What the function counts and measures, in CloudWatch's embedded metric format; docs/OPERATING.md says what each metric means. All have the
 * dimension `connector`; outcomes also have `connector` and `element`, of which a connector has a handful. Each metric costs for every hour in which it is
 * told, so a connector may do with those which its alarms watch.
 */
export class BridgeMetrics {
  readonly #ofConnector: EmbeddedMetrics
  readonly #connector: string
  readonly #ofElements = new Map<string, EmbeddedMetrics>()
  #isCold = true
  readonly #written: WrittenMetrics | undefined

  /** @param written undefined: all there are, of elements too */
  constructor(connector: string, written?: WrittenMetrics) {
    this.#connector = connector
    this.#ofConnector = new EmbeddedMetrics({ connector }, written && new Set(written.names))
    this.#written = written
  }

  received(messages: number) {
    if (this.#isCold) this.#ofConnector.add('ColdStart', 'Count', 1)
    this.#isCold = false
    this.#ofConnector.add('Received', 'Count', messages)
  }

  settled({ record, outcome, disposition, elementId }: Settled) {
    this.#count(outcome.kind)
    if (!this.#written && elementId !== undefined && isDimensionValue(elementId)) this.#ofElement(elementId).add(outcome.kind, 'Count', 1)
    if (disposition === 'return') this.#ofConnector.add('Returned', 'Count', 1)
    if (disposition === 'deadLetter') this.#ofConnector.add('DeadLettered', 'Count', 1)
    if (HAD_EFFECT.has(outcome.kind)) {
      const age = Math.max(0, Date.now() - Number(record.attributes.SentTimestamp))
      this.#ofConnector.add('MessageAge', 'Milliseconds', age)
    }
  }

  batch({ durationMs, configurationVersion }: { readonly durationMs: number; readonly configurationVersion: number | undefined }) {
    this.#ofConnector.add('BatchDuration', 'Milliseconds', durationMs)
    if (configurationVersion !== undefined) this.#ofConnector.add('ConfigurationVersion', 'None', configurationVersion)
  }

  count(metric: 'ConfigurationRejected' | 'ConfigurationPending') {
    this.#count(metric)
  }

  #count(metric: string) {
    this.#ofConnector.add(metric, 'Count', 1)
    const other = this.#written?.under[metric]
    if (other !== undefined) this.#ofConnector.add(other, 'Count', 1)
  }

  /** The same Camunda, each of whose replies is timed, waiting for a token included. */
  timed(camunda: Camunda): Camunda {
    return {
      send: async (...command) => {
        const began = performance.now()
        const reply = await camunda.send(...command)
        this.#ofConnector.add('CamundaLatency', 'Milliseconds', performance.now() - began)
        return reply
      },
    }
  }

  /** The lines of what was counted and measured since they were last asked for. */
  lines(): string[] {
    return [this.#ofConnector, ...this.#ofElements.values()].flatMap((metrics) => metrics.lines())
  }

  #ofElement(element: string): EmbeddedMetrics {
    const known = this.#ofElements.get(element)
    if (known) return known
    const metrics = new EmbeddedMetrics({ connector: this.#connector, element })
    this.#ofElements.set(element, metrics)
    return metrics
  }
}

/** The effect came to pass now; what was known "already" had it earlier. */
const HAD_EFFECT: ReadonlySet<string> = new Set(['ProcessInstanceCreated', 'MessagePublished'])
