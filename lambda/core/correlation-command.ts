import type { JsonObject } from '../json/json.ts'
import type { Connector } from './connector.ts'

/** What a message does in Camunda. */
export type CorrelationCommand = CreateProcessInstance | PublishMessage

/** Camunda's POST /v2/process-instances. */
export interface CreateProcessInstance {
  readonly kind: 'createProcessInstance'
  readonly bpmnProcessId: string
  /** undefined: the latest. */
  readonly version: number | undefined
  readonly tenantId: string
  readonly idempotency: Connector['idempotency']
  /** The id by which duplicates are known, where `idempotency` asks for one. */
  readonly messageId: string
  readonly variables: JsonObject
  /** Them as JSON: what was checked, and is sent. */
  readonly variablesText: string
}

/** Camunda's POST /v2/messages/publication. */
export interface PublishMessage {
  readonly kind: 'publishMessage'
  readonly messageName: string
  readonly correlationKey: string
  readonly messageId: string
  /** ISO 8601. */
  readonly messageTtl: string
  readonly tenantId: string
  readonly variables: JsonObject
  /** Them as JSON: what was checked, and is sent. */
  readonly variablesText: string
}
