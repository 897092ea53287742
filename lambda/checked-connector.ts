import { createHash } from 'node:crypto'
import { completed } from './core/completed-connector.ts'
import type { Connector } from './core/connector.ts'

/** What is told of a text that was found valid when it was deployed, so that nobody need check it again. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/**
 * The connector in a parameter's text. One that was checked at the deployment is read as it is; any other, as an operator may have edited it, is
 * checked whole, and what that takes is loaded only then: it is half of a cold start.
 * @throws {ConnectorConfigurationError} naming every fault of the text at once
 */
export async function connectorIn(
  text: string,
  { name, checked }: { readonly name: string; readonly checked: string | undefined },
): Promise<Connector> {
  if (checked !== undefined && digestOf(text) === checked) return completed(JSON.parse(text))
  const { parseConnector } = await import('./core/connector.ts')
  return parseConnector(text, name)
}
