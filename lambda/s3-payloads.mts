import type { Readable } from 'node:stream'
import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { objectOf, type PayloadPointer } from './core/large-payload.ts'
import type { PayloadRead, PayloadStore } from './payload-store.ts'

/** Milliseconds until an answer begins: beyond, another attempt is better. */
const FIRST_BYTE_MS = 5_000

/**
 * S3, of which the first bytes of an object are asked, no more than are allowed.
 *
 * Without `s3:ListBucket`, which the function does not have, S3 says AccessDenied of an object that is not there (API reference, `GetObject`,
 * "Permissions").
 */
export class S3Payloads implements PayloadStore {
  readonly #client = new S3Client({
    maxAttempts: 3,
    // A bucket has no region in its name, and may be in another one.
    followRegionRedirects: true,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: FIRST_BYTE_MS, throwOnRequestTimeout: true },
  })

  async read(
    pointer: PayloadPointer,
    { mostBytes, milliseconds }: { readonly mostBytes: number; readonly milliseconds: number },
  ): Promise<PayloadRead> {
    const { bucket: Bucket, key: Key } = pointer
    const abortSignal = AbortSignal.timeout(Math.max(0, Math.floor(milliseconds)))
    try {
      const object = await this.#client.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=0-${mostBytes - 1}` }), { abortSignal })
      const body = object.Body as Readable
      const size = Number(/\/(\d+)$/.exec(object.ContentRange ?? '')?.[1] ?? object.ContentLength)
      if (size > mostBytes) {
        body.destroy()
        return invalid(pointer, `has ${size} bytes, and queue.largePayloads.maximumSize is ${mostBytes}`)
      }
      const text = await textOf(body, mostBytes, abortSignal)
      return text === undefined
        ? invalid(pointer, `has more than ${mostBytes} bytes, which is queue.largePayloads.maximumSize`)
        : { kind: 'Payload', text }
    } catch (error) {
      return failed(pointer, error as Error)
    }
  }
}

/** Undefined where there is more than that. */
async function textOf(body: Readable, mostBytes: number, signal: AbortSignal): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  const abort = () => void body.destroy(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > mostBytes) return undefined
      chunks.push(chunk)
    }
  } finally {
    signal.removeEventListener('abort', abort)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** S3's codes (API reference, "Error responses") of what does not heal by itself. */
const FINAL: Readonly<Record<string, string>> = {
  NoSuchKey: 'does not exist',
  NoSuchBucket: 'is in no bucket that exists',
  AccessDenied: 'does not exist, or the function may not read it: S3 answers AccessDenied to both',
  InvalidObjectState: 'is archived: it has to be restored first',
  KeyTooLongError: 'has a key which is too long',
}

function failed(pointer: PayloadPointer, error: Error): PayloadRead {
  // An object of no bytes has no first one.
  if (error.name === 'InvalidRange') return { kind: 'Payload', text: '' }
  const what = error instanceof S3ServiceException ? FINAL[error.name] : undefined
  if (what !== undefined) return invalid(pointer, what)
  const status = error instanceof S3ServiceException ? ` (HTTP ${error.$metadata.httpStatusCode})` : ''
  return { kind: 'NotAttempted', reason: `the body of the message could not be read from S3: ${error.name}${status}` }
}

function invalid(pointer: PayloadPointer, what: string): PayloadRead {
  return { kind: 'InvalidInput', reason: `the body of the message, ${objectOf(pointer)}, ${what}` }
}
