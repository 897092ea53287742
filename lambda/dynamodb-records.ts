import { IdempotencyConfig, IdempotencyItemAlreadyExistsError } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import type { EarlierAttempt, IdempotencyKey, IdempotencyRecords } from './idempotent-camunda.ts'

/** As long as SQS can keep a message, so that none comes back to a table which has forgotten it. */
const EXPIRES_AFTER_SECONDS = 1_209_600

/** Milliseconds up to which an attempt's mark in the table is by chance. */
const CHANCE = 2 ** 40

/**
 * Powertools' table of idempotency: the partition key `id` is the connector's name and a hash of the key, `expiration` the time to live. Its
 * `makeIdempotent` would try again what began and did not end; its persistence layer alone does not.
 */
export class DynamoDbRecords implements IdempotencyRecords {
  readonly #store: DynamoDBPersistenceLayer

  constructor(tableName: string, connectorName: string) {
    this.#store = new DynamoDBPersistenceLayer({
      tableName,
      clientConfig: {
        maxAttempts: 3,
        requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_500, throwOnRequestTimeout: true },
      },
    })
    const config = new IdempotencyConfig({ hashFunction: 'sha256', expiresAfterSeconds: EXPIRES_AFTER_SECONDS })
    this.#store.configure({ config, keyPrefix: connectorName })
  }

  async begin(key: IdempotencyKey): Promise<'begun' | EarlierAttempt> {
    // "In progress" is what it stays until somebody knows better: the time of its end is far away, and the mark of this attempt.
    const inProgress = EXPIRES_AFTER_SECONDS * 1_000 + Math.floor(Math.random() * CHANCE)
    const began = Date.now()
    try {
      await this.#store.saveInProgress({ ...key }, inProgress)
      return 'begun'
    } catch (error) {
      if (!(error instanceof IdempotencyItemAlreadyExistsError)) throw error
      const record = error.existingRecord ?? (await this.#store.getRecord({ ...key }))
      // The answer to our own request got lost, and DynamoDB's client sent it again.
      const writtenAt = (record.inProgressExpiryTimestamp ?? 0) - inProgress
      if (record.getStatus() === 'INPROGRESS' && writtenAt >= began && writtenAt <= Date.now()) return 'begun'
      if (record.getStatus() !== 'COMPLETED') return { kind: 'unfinished' }
      const { processInstanceKey } = (record.responseData ?? {}) as { readonly processInstanceKey?: string }
      return { kind: 'completed', processInstanceKey }
    }
  }

  complete(key: IdempotencyKey, processInstanceKey: string | undefined): Promise<void> {
    return this.#store.saveSuccess({ ...key }, processInstanceKey === undefined ? {} : { processInstanceKey })
  }

  forget(key: IdempotencyKey): Promise<void> {
    return this.#store.deleteRecord({ ...key })
  }
}
