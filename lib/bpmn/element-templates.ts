import { connectorJsonSchema } from '../../lambda/core/connector.ts'
import { CONNECTOR_NAME } from '../connector-source.ts'
import { CONNECTOR_PROPERTY, type ElementKind, MARKER, OWN_TEMPLATE_IDS, OWN_TEMPLATE_VERSION } from './own-template.ts'

/** An element template as Camunda Modeler reads it (its JSON schema: `@camunda/zeebe-element-templates-json-schema`). */
export interface ElementTemplate {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly properties: readonly TemplateProperty[]
  readonly [setting: string]: unknown
}

export interface TemplateProperty {
  readonly id: string
  readonly type: 'Hidden' | 'String' | 'Text' | 'Boolean' | 'Dropdown'
  readonly binding: Binding
  readonly [setting: string]: unknown
}

type Binding =
  | { readonly type: 'zeebe:property'; readonly name: string }
  | { readonly type: 'bpmn:Message#property'; readonly name: 'name' }
  | { readonly type: 'bpmn:Message#zeebe:subscription#property'; readonly name: 'correlationKey' }

/** As what an element of a diagram is chosen, and what it becomes. */
interface Kind {
  readonly name: string
  readonly appliesTo: readonly string[]
  readonly elementType: { readonly value: string; readonly eventDefinition?: string }
}

const MESSAGE = 'bpmn:MessageEventDefinition'

const KINDS: Readonly<Record<ElementKind, Kind>> = {
  processStart: { name: 'start event', appliesTo: ['bpmn:StartEvent'], elementType: { value: 'bpmn:StartEvent' } },
  messageStart: {
    name: 'message start event',
    appliesTo: ['bpmn:StartEvent'],
    elementType: { value: 'bpmn:StartEvent', eventDefinition: MESSAGE },
  },
  intermediateCatch: {
    name: 'intermediate catch event',
    appliesTo: ['bpmn:IntermediateCatchEvent', 'bpmn:IntermediateThrowEvent'],
    elementType: { value: 'bpmn:IntermediateCatchEvent', eventDefinition: MESSAGE },
  },
  boundary: {
    name: 'boundary event',
    appliesTo: ['bpmn:BoundaryEvent'],
    elementType: { value: 'bpmn:BoundaryEvent', eventDefinition: MESSAGE },
  },
  receive: { name: 'receive task', appliesTo: ['bpmn:Task', 'bpmn:ReceiveTask'], elementType: { value: 'bpmn:ReceiveTask' } },
}

/** The message start event’s properties of a key are there where it has one. */
const WITH_KEY = { property: 'correlationRequired', equals: 'required' }

/**
 * One template for each kind of element that a connector can have. What a property is for is told by the schema of the connector's file, so that
 * diagram and file say the same.
 */
export function elementTemplates(): ElementTemplate[] {
  return (Object.keys(KINDS) as ElementKind[]).map(templateOf)
}

function templateOf(kind: ElementKind): ElementTemplate {
  const { name, appliesTo, elementType } = KINDS[kind]
  return {
    $schema: 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json',
    name: `Amazon SQS by camunda-sqs-bridge (${name})`,
    id: OWN_TEMPLATE_IDS[kind],
    version: OWN_TEMPLATE_VERSION,
    description: 'Messages of an SQS queue, by AWS Lambda: no connector runtime takes part.',
    engines: { camunda: '^8.6' },
    appliesTo,
    elementType,
    groups: [
      { id: 'connector', label: 'Connector' },
      { id: 'activation', label: 'Activation' },
      ...(kind === 'processStart' ? [] : [{ id: 'correlation', label: 'Correlation' }]),
      { id: 'output', label: 'Output mapping' },
    ],
    properties: [...connectorProperties(), ...activationProperties(), ...correlationProperties(kind), ...outputProperties()],
  }
}

function connectorProperties(): TemplateProperty[] {
  return [
    { ...property(MARKER), type: 'Hidden', value: String(OWN_TEMPLATE_VERSION) },
    {
      ...property(CONNECTOR_PROPERTY),
      label: 'Connector',
      description: 'The name of the connector’s file, without .json: it has the queue.',
      group: 'connector',
      type: 'String',
      constraints: { notEmpty: true, pattern: { value: CONNECTOR_NAME.source, message: 'Lower-case letters, digits and single hyphens' } },
    },
  ]
}

function activationProperties(): TemplateProperty[] {
  return [
    expression('activationCondition', 'Activation condition', 'activation'),
    {
      ...property('consumeUnmatchedEvents'),
      label: 'Consume unmatched messages',
      description: described('consumeUnmatchedEvents'),
      group: 'activation',
      type: 'Boolean',
      value: true,
    },
  ]
}

function correlationProperties(kind: ElementKind): TemplateProperty[] {
  if (kind === 'processStart') return []
  const condition = kind === 'messageStart' ? { condition: WITH_KEY } : {}
  return [
    {
      id: 'messageName',
      label: 'Message name',
      description: 'Under which the bridge publishes, and this element waits.',
      group: 'correlation',
      type: 'String',
      generatedValue: { type: 'uuid' },
      constraints: { notEmpty: true, pattern: { value: '^[^=]', message: 'A name, not an expression' } },
      binding: { type: 'bpmn:Message#property', name: 'name' },
    },
    ...(kind === 'messageStart' ? [correlationRequired()] : []),
    {
      id: 'correlationKey',
      label: 'Correlation key (process)',
      description: 'FEEL on the variables of the process: which instance waits here.',
      group: 'correlation',
      type: 'String',
      feel: 'required',
      constraints: { notEmpty: true },
      binding: { type: 'bpmn:Message#zeebe:subscription#property', name: 'correlationKey' },
      ...condition,
    },
    {
      ...property('correlationKeyExpression'),
      label: 'Correlation key (message)',
      description: described('correlationKeyExpression'),
      group: 'correlation',
      type: 'String',
      feel: 'required',
      constraints: { notEmpty: true },
      ...condition,
    },
    expression('messageIdExpression', 'Message ID', 'correlation'),
    {
      ...property('messageTtl'),
      label: 'Message time to live',
      description: described('messageTtl'),
      group: 'correlation',
      type: 'String',
      optional: true,
      constraints: { notEmpty: false, pattern: { value: '^[+-]?P', message: 'An ISO 8601 duration such as PT1H' } },
    },
  ]
}

function correlationRequired(): TemplateProperty {
  return {
    ...property('correlationRequired'),
    label: 'Subprocess correlation required',
    description: 'An event sub-process needs a key; a process does not.',
    group: 'correlation',
    type: 'Dropdown',
    value: 'notRequired',
    choices: [
      { name: 'Not required', value: 'notRequired' },
      { name: 'Required', value: 'required' },
    ],
  }
}

function outputProperties(): TemplateProperty[] {
  return [
    {
      ...property('resultVariable'),
      label: 'Result variable',
      description: described('resultVariable'),
      group: 'output',
      type: 'String',
      optional: true,
      constraints: { notEmpty: false },
    },
    { ...expression('resultExpression', 'Result expression', 'output'), type: 'Text' },
  ]
}

/** FEEL which may be left out. */
function expression(name: string, label: string, group: string): TemplateProperty {
  return {
    ...property(name),
    label,
    description: described(name),
    group,
    type: 'String',
    feel: 'required',
    optional: true,
    constraints: { notEmpty: false },
  }
}

function property(name: string) {
  return { id: name, binding: { type: 'zeebe:property', name } } as const
}

/** What the schema of the connector's file says of a property of its elements. @throws Error where there is none of that name */
function described(name: string): string {
  const { properties } = connectorJsonSchema() as ElementsSchema
  const { description } = properties.elements.items.properties[name] ?? {}
  if (description === undefined) throw new Error(`an element of a connector has no ${name}`)
  return description
}

interface ElementsSchema {
  readonly properties: {
    readonly elements: { readonly items: { readonly properties: Readonly<Record<string, { readonly description?: string }>> } }
  }
}
