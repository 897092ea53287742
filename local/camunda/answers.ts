import { toWireValue } from '../../lambda/json/json.ts'
import { type CamundaVersion, isAtLeast, type VersionName } from './camunda-version.ts'
import type { ActivatedJob, Deployment } from './engine.ts'
import { variablesIn } from './expression.ts'
import type { DefinitionRow, InstanceRow, SubscriptionRow } from './state.ts'

/** By this, 8.6 is asked for keys which are texts. */
const KEYS_AS_TEXT = 'application/vnd.camunda.api.keys.string+json'

type Body = Readonly<Record<string, unknown>>

/** What is answered, in the words of a release of Camunda. */
export class Answers {
  readonly #version: CamundaVersion
  readonly #keys: CamundaVersion['keys']

  /** @param accept what the request accepts */
  constructor(version: CamundaVersion, accept: string | undefined) {
    this.#version = version
    this.#keys = accept?.includes(KEYS_AS_TEXT) ? 'text' : version.keys
  }

  topology(partitions: number, port: number): Body {
    const { gatewayVersion } = this.#version
    const led = Array.from({ length: partitions }, (_, index) => ({ partitionId: index + 1, role: 'leader', health: 'healthy' }))
    return this.#body({
      brokers: [{ nodeId: 0, host: '127.0.0.1', port, partitions: led, version: gatewayVersion }],
      clusterId: this.#since('8.9', 'stand-in'),
      clusterSize: 1,
      partitionsCount: partitions,
      replicationFactor: 1,
      gatewayVersion,
      lastCompletedChangeId: '-1',
    })
  }

  deployment({ key, definitions }: Deployment, tenant: string): Body {
    const deployments = definitions.map((definition) =>
      this.#body({
        processDefinition: {
          processDefinitionId: definition.id,
          processDefinitionVersion: definition.version,
          processDefinitionKey: this.#key(definition.key),
          resourceName: definition.resource,
          tenantId: definition.tenant,
        },
        decisionDefinition: null,
        decisionRequirements: null,
        form: null,
        resource: null,
      }),
    )
    return { deploymentKey: this.#key(key), tenantId: tenant, deployments }
  }

  /** @param variables those which the instance has in the end, where that was waited for */
  creation(instance: InstanceRow, definition: DefinitionRow, variables: object): Body {
    return this.#body({
      processDefinitionId: definition.id,
      processDefinitionVersion: definition.version,
      processDefinitionKey: this.#key(definition.key),
      processInstanceKey: this.#key(instance.key),
      tenantId: instance.tenant,
      variables,
      tags: this.#tags(instance),
      businessId: this.#businessId(instance),
    })
  }

  publication(messageKey: string, tenant: string): Body {
    return { messageKey: this.#key(messageKey), tenantId: tenant }
  }

  /** @param fetchVariable names of the variables that are wanted; empty: all */
  job({ job, instance, definition, headers }: ActivatedJob, fetchVariable: readonly string[]): Body {
    return this.#body({
      [this.#version.jobKey]: this.#key(job.key),
      type: job.type,
      processInstanceKey: this.#key(instance.key),
      processDefinitionId: definition.id,
      processDefinitionVersion: definition.version,
      processDefinitionKey: this.#key(definition.key),
      elementId: job.element,
      elementInstanceKey: this.#key(job.element_instance),
      customHeaders: headers,
      worker: job.worker,
      retries: job.retries,
      deadline: job.deadline,
      variables: variablesOf(instance, fetchVariable),
      tenantId: instance.tenant,
      kind: this.#since('8.8', 'BPMN_ELEMENT'),
      listenerEventType: this.#since('8.8', 'UNSPECIFIED'),
      userTask: null,
      tags: this.#tags(instance),
      rootProcessInstanceKey: this.#root(instance),
    })
  }

  processDefinition(row: DefinitionRow): Body {
    return this.#body({
      name: row.name,
      resourceName: row.resource,
      version: row.version,
      versionTag: null,
      processDefinitionId: row.id,
      tenantId: row.tenant,
      processDefinitionKey: this.#key(row.key),
      hasStartForm: false,
      state: this.#since('8.9', 'ACTIVE'),
    })
  }

  processInstance(row: InstanceRow, definition: DefinitionRow, hasIncident: boolean): Body {
    return this.#body({
      processInstanceKey: this.#key(row.key),
      processDefinitionId: definition.id,
      // 8.8 has a name always, and so it is the id where the diagram has none.
      processDefinitionName: definition.name ?? (this.#version.nothing === 'null' ? null : definition.id),
      processDefinitionVersion: definition.version,
      processDefinitionVersionTag: null,
      processDefinitionKey: this.#key(definition.key),
      parentProcessInstanceKey: null,
      parentElementInstanceKey: null,
      rootProcessInstanceKey: this.#root(row),
      startDate: new Date(row.started).toISOString(),
      endDate: row.ended === null ? null : new Date(row.ended).toISOString(),
      state: row.state,
      hasIncident,
      tenantId: row.tenant,
      tags: this.#tags(row),
      businessId: this.#businessId(row),
    })
  }

  messageSubscription(row: SubscriptionRow, instance: InstanceRow): Body {
    return this.#body({
      messageSubscriptionKey: this.#key(row.key),
      processDefinitionId: row.process,
      processDefinitionKey: this.#key(instance.definition),
      processInstanceKey: this.#key(row.instance),
      rootProcessInstanceKey: this.#root(instance),
      elementId: row.element,
      elementInstanceKey: this.#key(row.element_instance),
      messageSubscriptionState: row.state,
      lastUpdatedDate: new Date(row.updated).toISOString(),
      messageName: row.name,
      correlationKey: row.correlation_key,
      tenantId: row.tenant,
    })
  }

  /** What there is not is `undefined` where a release does not know it, and `null` where it does. */
  #body(fields: Readonly<Record<string, unknown>>): Body {
    const { nothing } = this.#version
    const said = Object.entries(fields).filter(([, value]) => value !== undefined && (value !== null || nothing === 'null'))
    return Object.fromEntries(said)
  }

  #key(key: string): unknown {
    return this.#keys === 'number' ? JSON.rawJSON(key) : key
  }

  #tags({ tags }: InstanceRow): unknown {
    return this.#since('8.8', JSON.parse(tags))
  }

  #businessId({ business_id }: InstanceRow): string | null | undefined {
    return this.#since('8.9', business_id)
  }

  /** There are no call activities, so that each instance is its own root. */
  #root({ key }: InstanceRow): unknown {
    return this.#since('8.9', this.#key(key))
  }

  #since<Value>(least: VersionName, value: Value): Value | undefined {
    return isAtLeast(this.#version.name, least) ? value : undefined
  }
}

/** @param names those which are wanted; empty: all */
export function variablesOf({ variables }: InstanceRow, names: readonly string[]): object {
  const all = Object.entries(variablesIn(variables))
  const wanted = names.length === 0 ? all : all.filter(([name]) => names.includes(name))
  return toWireValue(Object.fromEntries(wanted)) as object
}
