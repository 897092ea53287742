import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Settled } from './bridge.ts'
import type { Camunda } from './camunda.ts'
import { isDimensionValue } from './core/dimension-value.ts'

/**
 * What the function counts and measures, in CloudWatch's embedded metric format; docs/OPERATING.md says what each metric means. All have the
 * dimension `connector`; outcomes also have `connector` and `element`, of which a connector has a handful.
 */
export class BridgeMetrics {
  /** Of the connector; whoever handles the invocation publishes them in its end. */
  readonly ofConnector: Metrics
  readonly #connector: string
  readonly #ofElements = new Map<string, Metrics>()
  #isCold = true

  constructor(connector: string) {
    this.#connector = connector
    this.ofConnector = withDimensions({ connector })
  }

  received(messages: number) {
    // Powertools' own has the function's name for its dimension, and not the connector's.
    if (this.#isCold) this.ofConnector.addMetric('ColdStart', MetricUnit.Count, 1)
    this.#isCold = false
    this.ofConnector.addMetric('Received', MetricUnit.Count, messages)
  }

  settled({ record, outcome, disposition, elementId }: Settled) {
    this.ofConnector.addMetric(outcome.kind, MetricUnit.Count, 1)
    if (elementId !== undefined && isDimensionValue(elementId)) this.#ofElement(elementId).addMetric(outcome.kind, MetricUnit.Count, 1)
    if (disposition === 'return') this.ofConnector.addMetric('Returned', MetricUnit.Count, 1)
    if (disposition === 'deadLetter') this.ofConnector.addMetric('DeadLettered', MetricUnit.Count, 1)
    if (HAD_EFFECT.has(outcome.kind)) {
      const age = Math.max(0, Date.now() - Number(record.attributes.SentTimestamp))
      this.ofConnector.addMetric('MessageAge', MetricUnit.Milliseconds, age)
    }
  }

  batch({ durationMs, configurationVersion }: { readonly durationMs: number; readonly configurationVersion: number | undefined }) {
    this.ofConnector.addMetric('BatchDuration', MetricUnit.Milliseconds, durationMs)
    if (configurationVersion !== undefined) this.ofConnector.addMetric('ConfigurationVersion', MetricUnit.NoUnit, configurationVersion)
    for (const metrics of this.#ofElements.values()) if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
  }

  count(metric: 'ConfigurationRejected' | 'ConfigurationPending') {
    this.ofConnector.addMetric(metric, MetricUnit.Count, 1)
  }

  /** The same Camunda, each of whose replies is timed, waiting for a token included. */
  timed(camunda: Camunda): Camunda {
    return {
      send: async (...command) => {
        const began = performance.now()
        const reply = await camunda.send(...command)
        this.ofConnector.addMetric('CamundaLatency', MetricUnit.Milliseconds, performance.now() - began)
        return reply
      },
    }
  }

  #ofElement(element: string): Metrics {
    const known = this.#ofElements.get(element)
    if (known) return known
    const metrics = withDimensions({ connector: this.#connector, element })
    this.#ofElements.set(element, metrics)
    return metrics
  }
}

/** The effect came to pass now; what was known "already" had it earlier. */
const HAD_EFFECT: ReadonlySet<string> = new Set(['ProcessInstanceCreated', 'MessagePublished'])

function withDimensions(dimensions: Record<string, string>): Metrics {
  const metrics = new Metrics()
  metrics.clearDefaultDimensions()
  metrics.setDefaultDimensions(dimensions)
  return metrics
}
