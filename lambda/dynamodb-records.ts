import { IdempotencyConfig, IdempotencyItemAlreadyExistsError } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import type { EarlierAttempt, IdempotencyKey, IdempotencyRecords } from './idempotent-camunda.ts'

/** As long as SQS can keep a message, so that none comes back to a table which has forgotten it. */
const EXPIRES_AFTER_SECONDS = 1_209_600

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
        requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
      },
    })
    const config = new IdempotencyConfig({ hashFunction: 'sha256', expiresAfterSeconds: EXPIRES_AFTER_SECONDS })
    this.#store.configure({ config, keyPrefix: connectorName })
  }

  async begin(key: IdempotencyKey): Promise<'begun' | EarlierAttempt> {
    try {
      // "In progress" is what it stays until somebody knows better.
      await this.#store.saveInProgress({ ...key }, EXPIRES_AFTER_SECONDS * 1_000)
      return 'begun'
    } catch (error) {
      if (!(error instanceof IdempotencyItemAlreadyExistsError)) throw error
      const record = error.existingRecord ?? (await this.#store.getRecord({ ...key }))
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
