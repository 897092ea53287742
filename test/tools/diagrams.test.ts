import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ElementJson } from '../../lib/bpmn/connector-element.ts'
import { connectorFromDiagrams } from '../../lib/bpmn/connector-from-diagrams.ts'
import { inDiagrams } from '../../tools/diagrams/connector-in-diagrams.ts'
import { isXmlText } from '../../tools/diagrams/text-edits.ts'
import { anyText } from '../support/diagrams.ts'
import { diagramText, MESSAGE_EVENT } from './import/diagram-texts.ts'

const OWN = { 'camunda-sqs-bridge': '1', 'camunda-sqs-bridge.connector': 'orders' }

/** A text of FEEL, with any text within. */
const expression = anyText.filter((text) => isXmlText(text)).map((text) => `=body.kind = ${JSON.stringify(text)}`)
const variable = anyText.filter((text) => isXmlText(text) && text !== '')
const values = {
  activationCondition: expression,
  consumeUnmatchedEvents: fc.boolean(),
  correlationKeyExpression: expression,
  messageIdExpression: expression,
  messageTtl: fc.constantFrom('PT1H', 'P1D', 'PT0S'),
  resultVariable: variable,
  resultExpression: expression.map((text) => `={ a: (${text.slice(1)}) }`),
}
const element = fc.record(values, { requiredKeys: ['consumeUnmatchedEvents', 'correlationKeyExpression'] })

/** As somebody has written it: values in either quotation marks, empty, without one, twice, and by the former name. */
const written = fc.record({
  quote: fc.constantFrom('"', "'"),
  newline: fc.constantFrom('\n', '\r\n'),
  properties: fc.array(
    fc.record({
      name: fc.constantFrom(
        'activationCondition',
        'inbound.activationCondition',
        'resultVariable',
        'resultExpression',
        'messageTtl',
        'foreign',
      ),
      value: fc.constantFrom('', undefined, 'PT1H', 'PT2H'),
    }),
    { maxLength: 6 },
  ),
})
type Written = typeof written extends fc.Arbitrary<infer Type> ? Type : never

function diagramOf({ quote, newline, properties }: Written): string {
  const list = properties.map(
    ({ name, value }) => `<zeebe:property name="${name}"${value === undefined ? '' : ` value=${quote}${value}${quote}`}/>`,
  )
  const own = Object.entries(OWN).map(([name, value]) => `<zeebe:property name=${quote}${name}${quote} value="${value}"/>`)
  const extensions = `<zeebe:properties>${[...own, ...list, '<zeebe:property name="correlationKeyExpression" value="=1"/>'].join('\n  ')}</zeebe:properties>`
  const text = diagramText([{ tag: 'intermediateCatchEvent', id: 'Paid', content: MESSAGE_EVENT, extensions }])
  return text.replaceAll('\n', newline)
}

const QUEUE = { url: 'https://sqs.eu-central-1.amazonaws.com/111122223333/orders' }

function elementsIn(text: string): readonly ElementJson[] {
  return JSON.parse(connectorFromDiagrams({ queue: QUEUE }, 'orders', [{ file: 'order.bpmn', text }]).text).elements
}

function pulled(text: string, json: object): string {
  const content = { queue: QUEUE, diagrams: ['order.bpmn'] }
  const readFile = () => new TextEncoder().encode(text)
  const { diagrams } = inDiagrams({ queue: QUEUE, elements: [json] }, { name: 'orders', directory: '.', content, readFile })
  return diagrams.get('order.bpmn') ?? text
}

test('what an element says is in the diagram afterwards, for any text, and writing it again changes nothing', () => {
  fc.assert(
    fc.property(written, element, (how, wanted) => {
      const text = diagramOf(how)
      const json = { elementId: 'Paid', correlationPoint: elementsIn(text)[0]?.correlationPoint, ...wanted }
      const after = pulled(text, json)
      expect(elementsIn(after)).toEqual([json])
      expect(pulled(after, json)).toBe(after)
    }),
    { numRuns: 400 },
  )
})

test('beside the values nothing changes: with all values out, both texts are the same but for properties that were not there', () => {
  fc.assert(
    fc.property(written, element, (how, wanted) => {
      const text = diagramOf(how)
      const json = { elementId: 'Paid', correlationPoint: elementsIn(text)[0]?.correlationPoint, ...wanted }
      const bare = (each: string) => each.replace(/\s*<zeebe:property [^>]*\/>/g, '')
      expect(bare(pulled(text, json))).toBe(bare(text))
    }),
    { numRuns: 200 },
  )
})

test.each<[string, object, RegExp]>([
  ['an empty text', { resultVariable: '' }, /Paid resultVariable: found "" in the parameter; expected a text or no property/],
  ['characters that XML does not have', { resultVariable: 'a\u0001' }, /expected characters that XML can have/],
  ['half a surrogate pair', { resultVariable: 'a\ud800' }, /expected characters that XML can have/],
  [
    'another message',
    { correlationPoint: { kind: 'publishMessage', messageName: 'else', elementType: 'intermediateCatchEvent', bpmnProcessId: 'order' } },
    /Paid messageName: found "else" in the parameter; expected what the diagram has/,
  ],
  ['another element', { elementId: 'Else' }, /order\/Paid: found no element "Paid" in the parameter/],
])('%s is refused at its place, for a diagram cannot say it', (_name, change, message) => {
  const text = diagramOf({ quote: '"', newline: '\n', properties: [] })
  expect(() => pulled(text, { ...elementsIn(text)[0], ...change })).toThrow(message)
})
