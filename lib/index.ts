/** What a CDK app imports. */
export type { ConnectorInput as Connector } from '../lambda/core/connector.ts'
export { ConnectorConfigurationError } from '../lambda/core/connector-faults.ts'
export type { BridgeMetric } from './connector-metrics.ts'
export type { Sender } from './senders.ts'
export { SqsConnector, type SqsConnectorProps } from './sqs-connector.ts'
