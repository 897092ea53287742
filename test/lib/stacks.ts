import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Code } from 'aws-cdk-lib/aws-lambda'
import cdkJson from '../../cdk.json' with { type: 'json' }
import { BridgeStack } from '../../lib/bridge-stack.ts'
import { readConnectors } from '../../lib/connector-source.ts'
import { connectorFiles } from './connector-files.ts'

/** The stacks of these connectors, with the feature flags of the app and a function that does nothing. */
export function stacksOf(connectors: Record<string, object>): BridgeStack[] {
  const files = Object.entries(connectors).map(([name, connector]) => [`${name}.json`, connector] as const)
  const app = new App({ context: cdkJson.context })
  const code = () => Code.fromInline('export const handler = () => ({ batchItemFailures: [] })')
  return readConnectors(connectorFiles(Object.fromEntries(files))).map((source) => new BridgeStack(app, { source, code: code() }))
}

/** The template of the connector `orders`. */
export function templateOf(connector: object): Template {
  const [stack] = stacksOf({ orders: connector })
  return Template.fromStack(stack as BridgeStack)
}

type Resource = { readonly Properties: Record<string, unknown>; readonly DeletionPolicy?: string; readonly UpdateReplacePolicy?: string }

/** The only resource of a type. */
export function onlyResource(template: Template, type: string): Resource {
  const [resource, ...others] = Object.values(template.findResources(type))
  if (!resource || others.length > 0) throw new Error(`there are ${others.length + (resource ? 1 : 0)} resources of type ${type}`)
  return resource as Resource
}

export function propertiesOf(template: Template, type: string): Record<string, unknown> {
  return onlyResource(template, type).Properties
}
