/**
 * List prices in US dollars, of US East (N. Virginia), without free tiers; other regions differ by some percent. From the pricing pages of AWS
 * Lambda (Arm), Amazon SQS, Amazon CloudWatch (logs, standard class) and Amazon DynamoDB (on-demand).
 */
export const PRICES = {
  millionLambdaRequests: 0.2,
  millionLambdaGigabyteSeconds: 13.3334,
  millionSqsRequests: 0.4,
  millionSqsFifoRequests: 0.5,
  logGigabyte: 0.5,
  millionDynamodbWrites: 0.625,
  millionDynamodbReads: 0.125,
} as const
