import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Code } from 'aws-cdk-lib/aws-lambda'
import cdkJson from '../../cdk.json' with { type: 'json' }
import { BridgeStack } from '../../lib/bridge-stack.ts'
import { readConnectors } from '../../lib/connector-source.ts'
import { connectorFiles } from './connector-files.ts'

/**
 * An app with the feature flags of the real one. Warnings, and AWS's rules, are looked at where they are meant, at the real synth; with them, and with
 * a trace of who created each construct, a synth takes five times as long.
 */
export function testApp(context: object = {}): App {
  const left = { '@aws-cdk/core:annotationsInValidationReport': false, 'aws:cdk:disable-creation-stack-traces': true }
  return new App({ builtinCloudFormationValidation: false, context: { ...cdkJson.context, ...left, ...context } })
}

/** The stacks of these connectors, in such an app, with a function that does nothing. */
export function stacksOf(connectors: Record<string, object>, context: object = {}): BridgeStack[] {
  const files = Object.entries(connectors).map(([name, connector]) => [`${name}.json`, connector] as const)
  const app = testApp(context)
  const code = () => Code.fromInline('export const handler = () => ({ batchItemFailures: [] })')
  return readConnectors(connectorFiles(Object.fromEntries(files))).map((source) => new BridgeStack(app, { source, code: code() }))
}

/** The template of the connector `orders`. */
export function templateOf(connector: object): Template {
  return templateOfConnector('orders', connector)
}

export function templateOfConnector(name: string, connector: object): Template {
  const [stack] = stacksOf({ [name]: connector })
  return Template.fromStack(stack as BridgeStack)
}

/** Queues that hold messages, or their policies: all but the one for the updater's events. */
export function queuesOf(template: Template, type = 'AWS::SQS::Queue', properties?: object): ReturnType<Template['findResources']> {
  const all = Object.entries(template.findResources(type, properties))
  return Object.fromEntries(all.filter(([id]) => !id.includes('FailedEvents')))
}

type Resource = { readonly Properties: Record<string, unknown>; readonly DeletionPolicy?: string; readonly UpdateReplacePolicy?: string }

/** The logical id of the only resource of a type, or of the only one with this construct id. */
export function idOf(template: Template, type: string, id?: string): string {
  const ids = Object.keys(template.findResources(type)).filter((each) => id === undefined || each.replace(/[0-9A-F]{8}$/, '') === id)
  const [found, ...others] = ids
  if (found === undefined || others.length > 0) throw new Error(`there are ${ids.length} resources ${id ?? ''} of type ${type}`)
  return found
}

export function onlyResource(template: Template, type: string, id?: string): Resource {
  return template.findResources(type)[idOf(template, type, id)] as Resource
}

export function propertiesOf(template: Template, type: string, id?: string): Record<string, unknown> {
  return onlyResource(template, type, id).Properties
}
