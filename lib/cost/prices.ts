/** List prices in US dollars without free tiers and volume discounts, a month having 30 days. */
export interface Prices {
  readonly millionLambdaRequests: number
  /** On Arm, as the functions are unless told otherwise. */
  readonly millionLambdaGigabyteSeconds: number
  /** SQS counts 64 KiB of a request as one. */
  readonly millionSqsRequests: number
  readonly millionSqsFifoRequests: number
  /** Of an SQS event-source mapping in provisioned mode. */
  readonly pollerHour: number
  /** Taken in by CloudWatch Logs, standard class. */
  readonly logGigabyte: number
  /** Each metric that an alarm reads, also within an expression; standard resolution. */
  readonly alarmMetric: number
  /** A metric of one's own, in every hour of the month. */
  readonly metric: number
  readonly dashboard: number
  readonly millionDynamodbWrites: number
  readonly millionDynamodbReads: number
  readonly kmsKey: number
  /** Fargate, Linux on x86. */
  readonly vcpuHour: number
  readonly gigabyteHour: number
}

export const PRICED_REGIONS = ['us-east-1', 'eu-central-1'] as const
export type PricedRegion = (typeof PRICED_REGIONS)[number]

const US_EAST_1: Prices = {
  millionLambdaRequests: 0.2,
  millionLambdaGigabyteSeconds: 13.3334,
  millionSqsRequests: 0.4,
  millionSqsFifoRequests: 0.5,
  pollerHour: 0.00925,
  logGigabyte: 0.5,
  alarmMetric: 0.1,
  metric: 0.3,
  dashboard: 3,
  millionDynamodbWrites: 0.625,
  millionDynamodbReads: 0.125,
  kmsKey: 1,
  vcpuHour: 0.04048,
  gigabyteHour: 0.004445,
}

/** Of Frankfurt, logs and Fargate were looked up; the others are taken to cost as much as in N. Virginia, which for DynamoDB is too little. */
export const PRICES: Readonly<Record<PricedRegion, Prices>> = {
  'us-east-1': US_EAST_1,
  'eu-central-1': { ...US_EAST_1, logGigabyte: 0.63, vcpuHour: 0.04656, gigabyteHour: 0.00511 },
}

/** Where AWS says what, and how late it was still said there: the pages as others quote them, since none was read live. */
export const PRICE_SOURCES = [
  { service: 'AWS Lambda', page: 'https://aws.amazon.com/lambda/pricing/', asOf: '2025-10' },
  { service: 'Amazon SQS', page: 'https://aws.amazon.com/sqs/pricing/', asOf: '2026-06' },
  { service: 'Amazon CloudWatch', page: 'https://aws.amazon.com/cloudwatch/pricing/', asOf: '2026-06' },
  { service: 'Amazon DynamoDB', page: 'https://aws.amazon.com/dynamodb/pricing/on-demand/', asOf: '2025-10' },
  { service: 'AWS KMS', page: 'https://aws.amazon.com/kms/pricing/', asOf: '2025-10' },
  { service: 'AWS Fargate', page: 'https://aws.amazon.com/fargate/pricing/', asOf: '2026-07' },
] as const
