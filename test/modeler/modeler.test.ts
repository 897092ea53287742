import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectorFromDiagrams } from '../../lib/bpmn/connector-from-diagrams.ts'
import { type ElementTemplate, elementTemplates, type TemplateProperty } from '../../lib/bpmn/element-templates.ts'
import { CONNECTOR_PROPERTY, type ElementKind, OWN_TEMPLATE_IDS } from '../../lib/bpmn/own-template.ts'
import { planImport } from '../../tools/import/plan.ts'
import { noChromium, startChromium } from '../support/chromium.ts'
import { type OpenModeler, openModeler } from './modeler.ts'

/** Modeler keeps an event’s message where it knows the template that the element had, as it does with Camunda’s. This says no more of it than that. */
function official(kind: ElementKind): ElementTemplate {
  const own = elementTemplates().find(({ id }) => id === OWN_TEMPLATE_IDS[kind])
  const properties: TemplateProperty[] = [
    { id: 'type', type: 'Hidden', value: COMMON['inbound.type'], binding: { type: 'zeebe:property', name: 'inbound.type' } },
    ...(own?.properties.filter(({ binding }) => binding.type !== 'zeebe:property') ?? []),
  ]
  return { ...own, id: `io.camunda.connectors.AWSSQS.${ELEMENTS[kind].official}.v1`, name: kind, version: 10, properties }
}
const QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/orders'

/** As Camunda's template writes them, with the odd characters that a text may have. */
const COMMON = {
  'inbound.type': 'io.camunda:aws-sqs-inbound:1',
  'authentication.type': 'credentials',
  'authentication.accessKey': '{{secrets.KEY}}',
  'authentication.secretKey': '{{secrets.SECRET}}',
  'configuration.region': 'eu-central-1',
  'queue.url': QUEUE,
  'queue.pollingWaitTime': '20',
  activationCondition: '=body.type = "order" and body.total &lt; 5',
  consumeUnmatchedEvents: 'false',
  resultVariable: 'message',
  resultExpression: '={&#10;  total: body.total,&#10;  "größe": body.size&#10;}',
}
const PUBLISHED = {
  correlationKeyExpression: '=body.customer',
  messageIdExpression: '=messageId',
  messageTtl: 'PT2H',
}
/** Whoever picks the template types the connector's name. */
const MARKED = /<zeebe:property name="camunda-sqs-bridge" value="1" \/>/
const EVENT = '<bpmn:messageEventDefinition id="Definition_1" messageRef="Message_1" />'

const ELEMENTS: Readonly<
  Record<
    ElementKind,
    { readonly xml: (inside: string) => string; readonly properties: Readonly<Record<string, string>>; readonly official: string }
  >
> = {
  processStart: {
    xml: (inside) =>
      `<bpmn:startEvent id="It" zeebe:modelerTemplate="OFFICIAL" zeebe:modelerTemplateVersion="10">${inside}</bpmn:startEvent>`,
    properties: COMMON,
    official: 'StartEvent',
  },
  messageStart: {
    xml: (inside) =>
      `<bpmn:startEvent id="It" zeebe:modelerTemplate="OFFICIAL" zeebe:modelerTemplateVersion="10">${inside}${EVENT}</bpmn:startEvent>`,
    properties: { ...COMMON, correlationRequired: 'required', ...PUBLISHED },
    official: 'startmessage',
  },
  intermediateCatch: {
    xml: (inside) =>
      `<bpmn:intermediateCatchEvent id="It" zeebe:modelerTemplate="OFFICIAL" zeebe:modelerTemplateVersion="10">${inside}${EVENT}</bpmn:intermediateCatchEvent>`,
    properties: { ...COMMON, ...PUBLISHED },
    official: 'intermediate',
  },
  boundary: {
    xml: (inside) =>
      `<bpmn:userTask id="Host" /><bpmn:boundaryEvent id="It" attachedToRef="Host" zeebe:modelerTemplate="OFFICIAL" zeebe:modelerTemplateVersion="10">${inside}${EVENT}</bpmn:boundaryEvent>`,
    properties: { ...COMMON, ...PUBLISHED },
    official: 'boundary',
  },
  receive: {
    xml: (inside) =>
      `<bpmn:receiveTask id="It" messageRef="Message_1" zeebe:modelerTemplate="OFFICIAL" zeebe:modelerTemplateVersion="10">${inside}</bpmn:receiveTask>`,
    properties: { ...COMMON, ...PUBLISHED },
    official: 'receive',
  },
}

function diagramOf(kind: ElementKind): string {
  const { xml, properties, official } = ELEMENTS[kind]
  const inside = Object.entries(properties).map(
    ([name, value]) => `<zeebe:property name="${name}" value="${value.replaceAll('"', '&#34;')}" />`,
  )
  const element = xml(`<bpmn:extensionElements><zeebe:properties>${inside.join('')}</zeebe:properties></bpmn:extensionElements>`)
  const host = kind === 'boundary' ? shape('Host', 300, 60, 100, 80) : ''
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
  <bpmn:process id="order" isExecutable="true">
    ${element.replace('OFFICIAL', `io.camunda.connectors.AWSSQS.${official}.v1`)}
  </bpmn:process>
  <bpmn:message id="Message_1" name="order-paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=customer" /></bpmn:extensionElements></bpmn:message>
  <bpmndi:BPMNDiagram id="Diagram_1"><bpmndi:BPMNPlane id="Plane_1" bpmnElement="order">${host}${kind === 'receive' ? shape('It', 300, 60, 100, 80) : shape('It', 320, 122, 36, 36)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>`
}

function shape(element: string, x: number, y: number, width: number, height: number): string {
  return `<bpmndi:BPMNShape id="${element}_di" bpmnElement="${element}"><dc:Bounds x="${x}" y="${y}" width="${width}" height="${height}" /></bpmndi:BPMNShape>`
}

/** The elements which an import of the diagram gives. */
function imported(text: string): unknown {
  const nothing = { names: new Map(), secrets: new Map(), types: [], tenantId: undefined, existing: () => undefined }
  const plan = planImport([{ file: 'order.bpmn', text }], { ...nothing, strip: false, directory: 'connectors' })
  expect(plan.faults).toEqual([])
  return elementsOf(plan.connectors[0]?.assembled.text)
}

/** Those which a connector of this name has in the diagram. */
function read(text: string): unknown {
  const { text: connector, faults } = connectorFromDiagrams({ queue: { url: QUEUE } }, 'orders', [{ file: 'order.bpmn', text }])
  expect(faults).toEqual([])
  return elementsOf(connector)
}

function elementsOf(connector: string | undefined): unknown {
  return JSON.parse(connector ?? '{}').elements
}

describe.skipIf(noChromium !== undefined)(`Camunda Modeler, in a browser${noChromium ? ` (${noChromium})` : ''}`, () => {
  let browser: Browser
  let modeler: OpenModeler

  beforeAll(async () => {
    browser = await startChromium()
    modeler = await openModeler(browser)
  })
  afterAll(() => browser?.close())

  test.each(Object.keys(ELEMENTS) as ElementKind[])(
    'an element with Camunda’s template keeps its values when it is changed to the own one: %s',
    async (kind) => {
      expect(await modeler.open(diagramOf(kind), [...elementTemplates(), official(kind)])).toEqual([])
      const element = await modeler.apply('It', OWN_TEMPLATE_IDS[kind])
      const xml = await modeler.xml()
      expect(xml).not.toContain('inbound.type')
      expect(xml).not.toContain('authentication.')
      expect(xml).toContain(`zeebe:modelerTemplate="${OWN_TEMPLATE_IDS[kind]}"`)
      expect(element).toBe('It')
      expect(modeler.errors).toEqual([])
      const named = xml.replace(MARKED, `$&<zeebe:property name="${CONNECTOR_PROPERTY}" value="orders" />`)
      expect(read(named)).toEqual(imported(diagramOf(kind)))
    },
  )
})
