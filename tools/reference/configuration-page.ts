import { OFFICIAL_PROPERTIES } from './official-connector.ts'

/** The parts of JSON Schema which a connector's schema uses. */
export interface Schema {
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly type?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

/** The reference of a connector's JSON, in Markdown: all of it is the schema's, but for the words around it. */
export function configurationPage(schema: Schema): string {
  const [objects, values] = split(Object.entries(schema.properties ?? {}).filter(([name]) => name !== '$schema'))
  return [
    INTRODUCTION,
    ...elementsFirst(objects).flatMap(([name, object]) => sections(name, object)),
    '\n## Of the whole file\n',
    ...values.map(([name, value]) => entry(name, value, schema.required?.includes(name))),
    EXPRESSIONS,
    COMING_FROM_THE_OFFICIAL_CONNECTOR,
    ...OFFICIAL_PROPERTIES.map(
      ({ official, here, why }) => `| \`${official}\` | ${[here && `\`${here}\``, why].filter(Boolean).join('; ')} |`,
    ),
    '',
  ].join('\n')
}

/** An object's own section, and then those of the objects in it. */
function sections(path: string, schema: Schema): string[] {
  const object = schema.items ?? schema
  const of = schema.items ? `${path}[]` : path
  if (object.oneOf)
    return object.oneOf.flatMap((variant) => {
      // What comes first tells the variants apart.
      const [[by, kind] = ['', undefined], ...properties] = Object.entries(variant.properties ?? {})
      const description = `\`"${by}": ${JSON.stringify(kind?.const)}\`. ${kind?.description ?? ''}`
      return sections(`${of}: ${String(kind?.const)}`, { ...variant, description, properties: Object.fromEntries(properties) })
    })
  const [objects, values] = split(Object.entries(object.properties ?? {}))
  return [
    `\n## \`${of}\`\n\n${schema.description}\n`,
    ...values.map(([name, value]) => entry(name, value, object.required?.includes(name))),
    ...objects.flatMap(([name, part]) => sections(`${of}.${name}`, part)),
  ]
}

function entry(name: string, schema: Schema, required = false): string {
  const facts = [
    typeOf(schema),
    required ? 'required' : '',
    schema.default === undefined ? '' : `default \`${JSON.stringify(schema.default)}\``,
  ]
  return `- **\`${name}\`**: ${facts.filter(Boolean).join('; ')}.  \n  ${schema.description}`
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(', or ')
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.enum) return oneOf(schema.enum)
  switch (schema.type) {
    case 'integer':
      return range(schema)
    case 'boolean':
      return '`true` or `false`'
    case 'array':
      return `list of ${counted(schema)}${schema.items?.enum ? oneOf(schema.items.enum) : 'texts'}`
    case 'object':
      if (schema.properties)
        return `\`{ ${Object.keys(schema.properties)
          .map((name) => `${JSON.stringify(name)}: …`)
          .join(', ')} }\``
      return 'object of texts'
    default:
      return 'text'
  }
}

function oneOf(values: readonly unknown[]): string {
  const texts = values.map((value) => `\`${JSON.stringify(value)}\``)
  return `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`
}

function range({ minimum, maximum }: Schema): string {
  return maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER
    ? `whole number of at least ${minimum}`
    : `whole number from ${minimum} to ${maximum}`
}

function counted({ minItems, maxItems }: Schema): string {
  if (minItems === undefined) return ''
  return maxItems === undefined ? `at least ${minItems} ` : `${minItems} to ${maxItems} `
}

/** What a connector is about, and then what may be left at its defaults. */
function elementsFirst(objects: readonly [string, Schema][]): [string, Schema][] {
  return objects.toSorted(([one], [other]) => Number(other === 'elements') - Number(one === 'elements'))
}

/** Properties that are sections of their own, and those that are values. */
function split(properties: readonly [string, Schema][]): [objects: [string, Schema][], values: [string, Schema][]] {
  const isObject = ([, { properties, items, oneOf }]: [string, Schema]) => Boolean(properties ?? items?.properties ?? items?.oneOf ?? oneOf)
  return [properties.filter(isObject), properties.filter((property) => !isObject(property))]
}

const INTRODUCTION = `# A connector's JSON

<!-- Written by \`npm run reference\` from the schema in lambda/core/connector.ts. Edit there. -->

A connector is one queue and the BPMN elements which its messages start or reach: one file, one SSM parameter. This is the least there can be:

\`\`\`json
{
  "elements": [
    {
      "elementId": "OrderPlaced",
      "correlationPoint": { "kind": "createProcessInstance", "bpmnProcessId": "example-order" }
    }
  ]
}
\`\`\`

Editors complete and check a file which names the schema: \`"$schema": "./connector.schema.json"\`, or
\`"./node_modules/camunda-sqs-bridge/connector.schema.json"\` where the package is installed. \`npx camunda-sqs-bridge check\` lists every error of a
file at once, with its place, what was found and what is expected; so do \`cdk synth\`, \`push\`, and the function for its parameter.

Elements may stand in diagrams instead: \`"diagrams": ["../processes/order.bpmn"]\`, from this file's directory, takes those which have the bridge's
element template and this connector's name ([MODELER.md](MODELER.md)). \`{ "file": …, "tenantId": … }\` in place of a path says their tenant.

What a live edit changes without a deployment: \`elements\`, \`eventSource\`, \`queue.attributeNames\`, \`queue.messageAttributeNames\`, and of
\`function\` the \`requestTimeout\`. All else takes effect by a deployment; \`push\` says which of your changes are of that kind.
[RECIPES.md](RECIPES.md) has connectors for common messages.`

const EXPRESSIONS = `
## What expressions see

Expressions are FEEL, with or without a leading \`=\`; [FEEL.md](FEEL.md) says what is supported. They see the message under the names which the
official connector gives its parts:

| Name | What it is |
| ---- | ---------- |
| \`messageId\`, \`receiptHandle\` | of SQS |
| \`body\` | the body: JSON where it is JSON, otherwise text |
| \`mD5OfBody\`, \`mD5OfMessageAttributes\` | the digests which SQS made |
| \`attributes\` | system attributes such as \`MessageGroupId\` and \`SentTimestamp\`, all of them texts |
| \`messageAttributes.NAME.stringValue\` | of a message attribute of type String or Number |
| \`messageAttributes.NAME.binaryValue\` | of one of type Binary |
| \`messageAttributes.NAME.dataType\` | \`String\`, \`Number\`, \`Binary\`, or one of these with a label |
| \`response\` | the whole message again; in \`resultExpression\` only |

A name with a hyphen, a dot or a blank needs backticks: \`\` messageAttributes.\`event-type\`.stringValue \`\`.`

const COMING_FROM_THE_OFFICIAL_CONNECTOR = `
## Coming from the official connector

An element copied from a diagram keeps its expressions. What the diagram says by the element to which the template is applied, its process and its
message, is \`elementId\` and \`correlationPoint\`. The properties of the template, and what each is here:

| Official connector | Here |
| ------------------ | ---- |`
