import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as vitest from 'vitest'

/** A directory with these files, until the test is over; one of several at a time says which by its context. */
export function connectorFiles(
  files: Record<string, object | string>,
  { onTestFinished }: Pick<vitest.TestContext, 'onTestFinished'> = vitest,
): string {
  const directory = mkdtempSync(join(tmpdir(), 'connectors-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content))
  return directory
}

export const ORDERS_ARN = 'arn:aws:sqs:eu-central-1:111111111111:orders'
export const ORDERS_URL = 'https://sqs.eu-central-1.amazonaws.com/111111111111/orders'

/** Creates a process instance of every order, and leaves what is none in the queue. */
export const orderPlaced = {
  elementId: 'OrderPlaced',
  correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order' },
  activationCondition: '=messageAttributes.type.stringValue = "OrderPlaced"',
}

/** The same, and deletes what is no order: only then may there be a filter. */
export const orderPlacedOnly = { ...orderPlaced, consumeUnmatchedEvents: true }

export const paymentReceived = {
  elementId: 'PaymentReceived',
  correlationPoint: { kind: 'publishMessage', messageName: 'payment-received' },
  activationCondition: '=messageAttributes.type.stringValue = "Payment"',
  correlationKeyExpression: '=body.orderId',
}
