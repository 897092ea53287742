import type { Connector } from './connector-schema.ts'
import type { InvalidInput } from './outcome.ts'
import { toldText } from './told-text.ts'

/**
 * The claim check of SQS's extended client: a large body is an object in a bucket of S3, and the message's body a pointer to it, the JSON list
 * `[CLASS, { "s3BucketName": BUCKET, "s3Key": KEY }]`. (github.com/awslabs: `SQSExtendedClientConstants` of amazon-sqs-java-extended-client-lib,
 * `PayloadS3Pointer` of payload-offloading-java-common-lib-for-aws, and amazon-sqs-python-extended-client-lib.)
 *
 * The message attribute which says so as well, `ExtendedPayloadSize` or `SQSLargePayloadSize`, is not asked: whoever moves a message may have left
 * it behind, and what the filter sees of attributes stays what the expressions see.
 */

/** By version 2 and later of the Java client and the Python one; and by version 1. Version 2 reads its own alone. */
const POINTER_CLASSES: readonly unknown[] = [
  'software.amazon.payloadoffloading.PayloadS3Pointer',
  'com.amazon.sqs.javamessaging.MessageS3Pointer',
]
/** Of a pointer: class, bucket (63) and key (1,024 bytes, each perhaps escaped), and blanks. */
const LONGEST_POINTER = 8_192

export interface PayloadPointer {
  readonly kind: 'PayloadPointer'
  readonly bucket: string
  readonly key: string
}

/**
 * The pointer that a body is, where the connector follows pointers; undefined where it is none. It has to be to the connector's bucket: whoever may
 * send to the queue could name any other.
 */
export function payloadPointer(
  body: string,
  { largePayloads }: Pick<Connector['queue'], 'largePayloads'>,
): PayloadPointer | InvalidInput | undefined {
  const pointer = largePayloads && pointerIn(body)
  if (!pointer) return undefined
  const { bucket } = largePayloads
  const { s3BucketName, s3Key } = pointer
  if (typeof s3BucketName !== 'string' || typeof s3Key !== 'string' || s3Key === '')
    return { kind: 'InvalidInput', reason: 'the body is a pointer of SQS’s extended client without s3BucketName or s3Key' }
  if (s3BucketName !== bucket)
    return {
      kind: 'InvalidInput',
      reason: `the body is in the bucket ${s3BucketName}, and queue.largePayloads allows ${bucket} alone`,
    }
  return { kind: 'PayloadPointer', bucket, key: s3Key }
}

/** As the AWS CLI and people write it. */
export function objectOf({ bucket, key }: PayloadPointer): string {
  return toldText(`s3://${bucket}/${key}`)
}

/** Whether a body is a pointer, whatever it points to. */
export function isPointer(body: string): boolean {
  return pointerIn(body) !== undefined
}

function pointerIn(body: string): { readonly s3BucketName?: unknown; readonly s3Key?: unknown } | undefined {
  if (body.length > LONGEST_POINTER || !body.trimStart().startsWith('[')) return undefined
  try {
    const list: unknown = JSON.parse(body)
    if (!Array.isArray(list) || !POINTER_CLASSES.includes(list[0])) return undefined
    return typeof list[1] === 'object' && list[1] !== null ? list[1] : {}
  } catch {
    return undefined
  }
}
