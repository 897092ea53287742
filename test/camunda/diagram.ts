/** BPMN in a few words: elements, what flows from one to the other, and messages. */

export interface DiagramMessage {
  readonly name: string
  /** FEEL; a start event of a process has none. */
  readonly correlationKey?: string
}

type Flow = readonly [source: string, target: string, condition?: string]

export interface Diagram {
  readonly id: string
  readonly elements: readonly string[]
  readonly flows: readonly Flow[]
  /** By the id which the elements refer to them by. */
  readonly messages?: Readonly<Record<string, DiagramMessage>>
}

export function diagram({ id, elements, flows, messages = {} }: Diagram): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d-${id}" targetNamespace="test">
  <bpmn:process id="${id}" isExecutable="true">
    ${[...elements, ...flows.map((flow, at) => sequenceFlow(`${id}-flow-${at}`, flow))].join('\n    ')}
  </bpmn:process>
  ${Object.entries(messages).map(message).join('\n  ')}
</bpmn:definitions>`
}

export const startEvent = (id: string, messageId?: string) => `<bpmn:startEvent id="${id}">${definition(messageId)}</bpmn:startEvent>`
export const endEvent = (id: string) => `<bpmn:endEvent id="${id}" />`
export const catchEvent = (id: string, messageId: string) =>
  `<bpmn:intermediateCatchEvent id="${id}">${definition(messageId)}</bpmn:intermediateCatchEvent>`
export const receiveTask = (id: string, messageId: string) => `<bpmn:receiveTask id="${id}" messageRef="${messageId}" />`
export const serviceTask = (id: string, type: string, headers = '') =>
  `<bpmn:serviceTask id="${id}"><bpmn:extensionElements><zeebe:taskDefinition type="${type}" />${headers}</bpmn:extensionElements></bpmn:serviceTask>`
export const boundaryEvent = (id: string, attachedTo: string, messageId: string, { interrupting }: { interrupting: boolean }) =>
  `<bpmn:boundaryEvent id="${id}" attachedToRef="${attachedTo}" cancelActivity="${interrupting}">${definition(messageId)}</bpmn:boundaryEvent>`
export const gateway = (id: string, defaultFlow?: string) =>
  `<bpmn:exclusiveGateway id="${id}"${defaultFlow ? ` default="${defaultFlow}"` : ''} />`

/** @param elements what is in it, beside its start event `${id}Start` */
export function eventSubProcess(
  id: string,
  messageId: string,
  { interrupting }: { interrupting: boolean },
  elements: readonly string[],
  flows: readonly Flow[],
): string {
  const inner = [...elements, ...flows.map((flow, at) => sequenceFlow(`${id}-flow-${at}`, flow))]
  return `<bpmn:subProcess id="${id}" triggeredByEvent="true">
      <bpmn:startEvent id="${id}Start" isInterrupting="${interrupting}">${definition(messageId)}</bpmn:startEvent>
      ${inner.join('\n      ')}
    </bpmn:subProcess>`
}

function sequenceFlow(id: string, [source, target, condition]: Flow): string {
  const expression = condition ? `<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${condition}</bpmn:conditionExpression>` : ''
  return `<bpmn:sequenceFlow id="${id}" sourceRef="${source}" targetRef="${target}">${expression}</bpmn:sequenceFlow>`
}

function definition(messageId: string | undefined): string {
  return messageId ? `<bpmn:messageEventDefinition messageRef="${messageId}" />` : ''
}

function message([id, { name, correlationKey }]: [string, DiagramMessage]): string {
  const subscription = correlationKey
    ? `<bpmn:extensionElements><zeebe:subscription correlationKey="${correlationKey}" /></bpmn:extensionElements>`
    : ''
  return `<bpmn:message id="${id}" name="${name}">${subscription}</bpmn:message>`
}
