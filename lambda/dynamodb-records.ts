import { createHash } from 'node:crypto'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import type { Attempt, EarlierAttempt, IdempotencyRecords } from './idempotent-camunda.ts'

/** As long as SQS can keep a message, so that none comes back to a table which has forgotten it. */
const EXPIRES_AFTER_SECONDS = 1_209_600

/** Milliseconds. A table that is slow, and not gone, is waited for: what was asked of it happens all the same. */
const REQUEST_TIMEOUT = 10_000

/**
 * A table in the form of Powertools' idempotency, which wrote its records once: `id` is the connector's name and a hash of the key, `expiration` the time to
 * live. Powertools' own writes name no attempt, so that one which DynamoDB's client sends again, and which arrives late, changes what another attempt wrote.
 * Here each write is of its attempt, by its mark, and does nothing to any other's, however often it is sent and whenever it arrives. So nothing is deleted:
 * the record of an attempt without effect stays as `GIVEN_UP`, and keeps the marks of all such attempts, which cannot begin any more.
 */
export class DynamoDbRecords implements IdempotencyRecords {
  readonly #client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: REQUEST_TIMEOUT, throwOnRequestTimeout: true },
  })
  readonly #tableName: string
  readonly #connectorName: string

  constructor(tableName: string, connectorName: string) {
    this.#tableName = tableName
    this.#connectorName = connectorName
  }

  async begin(attempt: Attempt, abortSignal: AbortSignal): Promise<'begun' | EarlierAttempt> {
    try {
      await this.#update(attempt, abortSignal, {
        UpdateExpression: 'SET #status = :inProgress, #attempt = :mark, #expiration = :expiration',
        ConditionExpression:
          '(attribute_not_exists(#status) OR #status = :givenUp OR #expiration < :now) AND NOT contains(#givenUp, :mark)',
        ExpressionAttributeValues: {
          ':inProgress': { S: 'INPROGRESS' },
          ':givenUp': { S: 'GIVEN_UP' },
          ':now': { N: String(Math.floor(Date.now() / 1_000)) },
        },
      })
      return 'begun'
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      const { status, attempt: mark, data } = await this.#read(attempt, abortSignal)
      // The answer to our own request got lost, and DynamoDB's client sent it again.
      if (status?.S === 'INPROGRESS' && mark?.S === attempt.mark) return 'begun'
      return status?.S === 'COMPLETED' ? { kind: 'completed', processInstanceKey: data?.M?.processInstanceKey?.S } : { kind: 'unfinished' }
    }
  }

  complete(attempt: Attempt, processInstanceKey: string | undefined, abortSignal: AbortSignal): Promise<void> {
    return this.#update(attempt, abortSignal, {
      UpdateExpression: 'SET #status = :completed, #attempt = :mark, #expiration = :expiration, #data = :data',
      ConditionExpression: 'attribute_not_exists(#attempt) OR #attempt = :mark',
      ExpressionAttributeValues: {
        ':completed': { S: 'COMPLETED' },
        ':data': { M: processInstanceKey === undefined ? {} : { processInstanceKey: { S: processInstanceKey } } },
      },
    })
  }

  async giveUp(attempt: Attempt, abortSignal: AbortSignal): Promise<void> {
    try {
      await this.#update(attempt, abortSignal, {
        UpdateExpression: 'SET #status = :givenUp, #attempt = :mark, #expiration = :expiration ADD #givenUp :marks',
        ConditionExpression: 'attribute_not_exists(#status) OR #attempt = :mark',
        ExpressionAttributeValues: { ':givenUp': { S: 'GIVEN_UP' }, ':marks': { SS: [attempt.mark] } },
      })
    } catch (error) {
      // The record is another attempt's: of this one there is nothing.
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  }

  async #read(attempt: Attempt, abortSignal: AbortSignal): Promise<Record<string, AttributeValue>> {
    const { Item = {} } = await this.#client.send(
      new GetItemCommand({ TableName: this.#tableName, Key: this.#keyOf(attempt), ConsistentRead: true }),
      { abortSignal },
    )
    return Item
  }

  async #update(attempt: Attempt, abortSignal: AbortSignal, update: Partial<UpdateItemCommandInput>): Promise<void> {
    const expressions = `${update.UpdateExpression} ${update.ConditionExpression}`
    const command = new UpdateItemCommand({
      ...update,
      TableName: this.#tableName,
      Key: this.#keyOf(attempt),
      // Each name by itself: some of them mean something to DynamoDB.
      ExpressionAttributeNames: Object.fromEntries(
        [...expressions.matchAll(/#(\w+)/g)].map(([placeholder, name = '']) => [placeholder, name]),
      ),
      ExpressionAttributeValues: {
        ...update.ExpressionAttributeValues,
        ':mark': { S: attempt.mark },
        ':expiration': { N: String(Math.floor(Date.now() / 1_000) + EXPIRES_AFTER_SECONDS) },
      },
    })
    await this.#client.send(command, { abortSignal })
  }

  /** As Powertools makes it: the hash is of the key's JSON in the order of its names. */
  #keyOf({ bpmnProcessId, messageId, tenantId }: Attempt): Record<string, AttributeValue> {
    const hash = createHash('sha256').update(JSON.stringify({ bpmnProcessId, messageId, tenantId }))
    return { id: { S: `${this.#connectorName}#${hash.digest('base64')}` } }
  }
}
