/** What a process begins with. */
type Start = { readonly kind: 'none' } | { readonly kind: 'message'; readonly messageName: string }

interface ProcessOptions {
  readonly id: string
  readonly start?: Start
  /** Waits for this message before the job. */
  readonly waitsFor?: { readonly messageName: string; readonly correlationKey: string }
  /** Type of the job which the instance comes to in the end, where its variables can be read. */
  readonly jobType: string
}

/** BPMN of a process: start event, perhaps a message to wait for, and a service task. */
export function bpmnProcess({ id, start = { kind: 'none' }, waitsFor, jobType }: ProcessOptions): string {
  const message = (messageId: string, name: string, key?: string) =>
    `<bpmn:message id="${messageId}" name="${name}">${key ? `<bpmn:extensionElements><zeebe:subscription correlationKey="${key}" /></bpmn:extensionElements>` : ''}</bpmn:message>`
  const catches = waitsFor
    ? `<bpmn:intermediateCatchEvent id="Wait"><bpmn:messageEventDefinition messageRef="Awaited" /></bpmn:intermediateCatchEvent>
       <bpmn:sequenceFlow id="f0" sourceRef="Start" targetRef="Wait" /><bpmn:sequenceFlow id="f1" sourceRef="Wait" targetRef="Work" />`
    : '<bpmn:sequenceFlow id="f1" sourceRef="Start" targetRef="Work" />'
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d-${id}" targetNamespace="test">
  <bpmn:process id="${id}" isExecutable="true">
    <bpmn:startEvent id="Start">${start.kind === 'message' ? '<bpmn:messageEventDefinition messageRef="Starting" />' : ''}</bpmn:startEvent>
    ${catches}
    <bpmn:serviceTask id="Work"><bpmn:extensionElements><zeebe:taskDefinition type="${jobType}" /></bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:sequenceFlow id="f2" sourceRef="Work" targetRef="End" />
    <bpmn:endEvent id="End" />
  </bpmn:process>
  ${start.kind === 'message' ? message('Starting', start.messageName) : ''}
  ${waitsFor ? message('Awaited', waitsFor.messageName, waitsFor.correlationKey) : ''}
</bpmn:definitions>`
}

/** Deploys a process as Camunda's REST API takes it. @param authorization the header, where one is needed. @returns the status of the answer */
export async function deploy(restAddress: string, xml: string, authorization?: string): Promise<number> {
  const form = new FormData()
  form.append('resources', new File([xml], 'process.bpmn'))
  return (
    await fetch(`${restAddress}/v2/deployments`, {
      method: 'POST',
      body: form,
      headers: authorization === undefined ? {} : { authorization },
    })
  ).status
}
