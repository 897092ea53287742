/** Diagrams as Modeler writes them, an element a line apart. */

export interface ElementText {
  readonly tag?: string
  readonly id?: string
  readonly attributes?: string
  readonly properties?: Readonly<Record<string, string>>
  /** In place of the properties. */
  readonly extensions?: string
  readonly content?: string
}

export const ORDERS = 'https://sqs.eu-central-1.amazonaws.com/111122223333/orders'

export const SQS = { 'inbound.type': 'io.camunda:aws-sqs-inbound:1', 'queue.url': ORDERS }

export function elementText({
  tag = 'startEvent',
  id = 'Start',
  attributes = '',
  properties = SQS,
  extensions,
  content = '',
}: ElementText): string {
  const list = Object.entries(properties).map(([name, value]) => `          <zeebe:property name="${name}" value="${value}" />`)
  const block = extensions ?? `<zeebe:properties>\n${list.join('\n')}\n        </zeebe:properties>`
  return `    <bpmn:${tag} id="${id}"${attributes}>
      <bpmn:extensionElements>
        ${block}
      </bpmn:extensionElements>${content === '' ? '' : `\n      ${content}`}
    </bpmn:${tag}>`
}

export const MESSAGE =
  '<bpmn:message id="M" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=id" /></bpmn:extensionElements></bpmn:message>'
export const MESSAGE_EVENT = '<bpmn:messageEventDefinition messageRef="M" />'

export function diagramText(
  elements: readonly (string | ElementText)[],
  { messages = MESSAGE, process = 'order', executable = true } = {},
): string {
  const texts = elements.map((element) => (typeof element === 'string' ? element : elementText(element)))
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="D" targetNamespace="t">
  <bpmn:process id="${process}" isExecutable="${executable}">
${texts.join('\n')}
  </bpmn:process>
  ${messages}
</bpmn:definitions>
`
}
