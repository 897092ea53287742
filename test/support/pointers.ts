import type { SQSRecord } from 'aws-lambda'

/** A message as SQS's extended clients send it, by the documentation of each. */
export const POINTERS = {
  /** amazon-sqs-java-extended-client-lib 2.x. */
  java: (bucket: string, key: string) =>
    `["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"${bucket}","s3Key":"${key}"}]`,
  /** Its version 1.x, which SQS's developer guide calls "Amazon SQS Extended Client Library for Java" as well. */
  javaOne: (bucket: string, key: string) =>
    `["com.amazon.sqs.javamessaging.MessageS3Pointer",{"s3BucketName":"${bucket}","s3Key":"${key}"}]`,
  /** amazon-sqs-python-extended-client-lib: as Python's json.dumps writes it. */
  python: (bucket: string, key: string) =>
    `["software.amazon.payloadoffloading.PayloadS3Pointer", {"s3BucketName": "${bucket}", "s3Key": "${key}"}]`,
} as const

export const BUCKET = 'bodies'

/** The same record with its body in the bucket. */
export function toPointer(record: SQSRecord, key: string, of: keyof typeof POINTERS = 'java'): SQSRecord {
  const size = of === 'javaOne' ? 'SQSLargePayloadSize' : 'ExtendedPayloadSize'
  return {
    ...record,
    body: POINTERS[of](BUCKET, key),
    messageAttributes: {
      ...record.messageAttributes,
      [size]: { stringValue: String(Buffer.byteLength(record.body)), stringListValues: [], binaryListValues: [], dataType: 'Number' },
    },
  }
}
