import { describe, expect, test } from 'vitest'
import { readProcesses } from '../../../local/camunda/process-model.ts'

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL'

/** A process with these elements from line 4 on, one a line, and these messages after them. */
const diagram = (elements: readonly string[], messages: readonly string[] = [], attributes = 'isExecutable="true"') =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<bpmn:definitions xmlns:bpmn="${BPMN}" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">`,
    `<bpmn:process id="order" ${attributes}>`,
    ...elements,
    '</bpmn:process>',
    ...messages,
    '</bpmn:definitions>',
  ].join('\n')

const START = '<bpmn:startEvent id="Start" />'
const END = '<bpmn:endEvent id="End" />'
const extension = (content: string) => `<bpmn:extensionElements>${content}</bpmn:extensionElements>`
const flow = (id: string, source: string, target: string, inner = '') =>
  `<bpmn:sequenceFlow id="${id}" sourceRef="${source}" targetRef="${target}">${inner}</bpmn:sequenceFlow>`
const condition = (text: string) => `<bpmn:conditionExpression>${text}</bpmn:conditionExpression>`
const message = (id: string, name: string, key = '') =>
  `<bpmn:message id="${id}" name="${name}">${key && extension(`<zeebe:subscription correlationKey="${key}" />`)}</bpmn:message>`
const catching = (id: string, definition: string) => `<bpmn:intermediateCatchEvent id="${id}">${definition}</bpmn:intermediateCatchEvent>`
const byMessage = (reference: string) => `<bpmn:messageEventDefinition messageRef="${reference}" />`
const task = (content: string, attributes = '') => `<bpmn:serviceTask id="Task" ${attributes}>${content}</bpmn:serviceTask>`
/** An event sub-process of a process, with a start event for each of these messages. */
const besideBy = (id: string, ...references: readonly string[]) => {
  const starts = references.map((each) => `<bpmn:startEvent id="${id}-${each}">${byMessage(each)}</bpmn:startEvent>`)
  return `<bpmn:subProcess id="${id}" triggeredByEvent="true">${starts.join('')}</bpmn:subProcess>`
}
const type = (text: string, more = '') => extension(`<zeebe:taskDefinition type="${text}" ${more}/>`)

// biome-ignore format: a table
describe('is refused, with the line and the element', () => {
  test.each<[string, readonly string[], readonly string[], number, string, RegExp]>([
    ['a script task',                    [START, '<bpmn:scriptTask id="Script" />'],                     [], 5, 'Script', /does not execute a scriptTask/],
    ['a user task',                      [START, '<bpmn:userTask id="Ask" />'],                          [], 5, 'Ask', /does not execute a userTask/],
    ['a parallel gateway',               [START, '<bpmn:parallelGateway id="Fork" />'],                  [], 5, 'Fork', /does not execute a parallelGateway/],
    ['a call activity',                  [START, '<bpmn:callActivity id="Call" />'],                     [], 5, 'Call', /does not execute a callActivity/],
    ['an embedded sub-process',          [START, '<bpmn:subProcess id="Sub" />'],                        [], 5, 'Sub', /does not execute a subProcess/],
    ['a timer',                          [START, catching('Wait', '<bpmn:timerEventDefinition />')],     [], 5, 'Wait', /does not execute its timerEventDefinition/],
    ['a timer start event',              ['<bpmn:startEvent id="Start"><bpmn:timerEventDefinition /></bpmn:startEvent>'], [], 4, 'Start', /does not execute its timerEventDefinition/],
    ['an end event with an error',       [START, '<bpmn:endEvent id="End"><bpmn:errorEventDefinition /></bpmn:endEvent>'], [], 5, 'End', /does not execute its errorEventDefinition/],
    ['a multi-instance task',            [START, task(`${type('a')}<bpmn:multiInstanceLoopCharacteristics />`)], [], 5, 'Task', /does not execute its multiInstanceLoopCharacteristics/],
    ['a mapping',                        [START, task(extension('<zeebe:taskDefinition type="a" /><zeebe:ioMapping />'))], [], 5, 'Task', /does not execute its zeebe:ioMapping/],
    ['an execution listener',            [START, task(extension('<zeebe:taskDefinition type="a" /><zeebe:executionListeners />'))], [], 5, 'Task', /does not execute its zeebe:executionListeners/],
    ['a service task without a type',    [START, task('')],                                              [], 5, 'Task', /needs a zeebe:taskDefinition with a type/],
    ['a job type that is no FEEL',       [START, task(type('= 1 +'))],                                   [], 5, 'Task', /the type “= 1 \+” is no FEEL/],
    ['retries that are an expression',   [START, task(type('a', 'retries="=n"'))],                       [], 5, 'Task', /takes a number, and not =n/],
    ['no start event',                   [END],                                                          [], 3, 'order', /no start event/],
    ['two none start events',            [START, '<bpmn:startEvent id="Other" />'],                      [], 3, 'order', /more than one none start event: Start, Other/],
    ['two start events of one message',  [`<bpmn:startEvent id="A">${byMessage('m')}</bpmn:startEvent>`, `<bpmn:startEvent id="B">${byMessage('m')}</bpmn:startEvent>`], [message('m', 'paid')], 3, 'order', /several message start events wait for the message paid/],
    ['a flow to nowhere',                [START, flow('f', 'Start', 'Nowhere')],                         [], 5, 'f', /its targetRef is no element/],
    ['a flow from nowhere',              [START, flow('f', 'Nowhere', 'Start')],                         [], 5, 'f', /its sourceRef is no element/],
    ['a flow from an end event',         [START, END, flow('f', 'End', 'End')],                          [], 5, 'End', /has no outgoing flow/],
    ['the same id twice',                [START, END, '<bpmn:endEvent id="End" />'],                     [], 6, 'End', /another element has the same id/],
    ['an element without an id',         [START, '<bpmn:endEvent />'],                                   [], 5, 'endEvent', /needs an id/],
    ['a condition that is no FEEL',      [START, '<bpmn:exclusiveGateway id="Choice" />', END, flow('f', 'Choice', 'End', condition('= a b c +'))], [], 7, 'f', /the condition “= a b c \+” is no FEEL/],
    ['a condition that is a text',       [START, '<bpmn:exclusiveGateway id="Choice" />', END, flow('f', 'Choice', 'End', condition('true'))], [], 7, 'f', /the condition “true” is no expression, which begins with =/],
    ['a condition behind a task',        [START, END, flow('f', 'Start', 'End', condition('=true'))],    [], 6, 'f', /conditions behind exclusive gateways alone/],
    ['flows that have no condition',     [START, '<bpmn:exclusiveGateway id="Choice" />', END, flow('f', 'Choice', 'End'), flow('g', 'Choice', 'End')], [], 5, 'Choice', /needs a condition, or is the default/],
    ['a default that there is not',      [START, '<bpmn:exclusiveGateway id="Choice" default="x" />'],   [], 5, 'Choice', /its default, x, is none of its outgoing flows/],
    ['gateways in a circle',             [START, '<bpmn:exclusiveGateway id="A" />', '<bpmn:exclusiveGateway id="B" />', flow('f', 'A', 'B'), flow('g', 'B', 'A')], [], 3, 'order', /gateways in a circle, with nothing that waits: A/],
    ['an event that waits for nothing',  [START, catching('Wait', '')],                                  [], 5, 'Wait', /has no event definition/],
    ['a message that there is not',      [START, catching('Wait', byMessage('m'))],                      [], 5, 'Wait', /its messageRef names no bpmn:message/],
    ['a message without a name',         [START, catching('Wait', byMessage('m'))],                      [message('m', '', '=a')], 5, 'Wait', /the message m has no name/],
    ['a message without a key',          [START, catching('Wait', byMessage('m'))],                      [message('m', 'paid')], 5, 'Wait', /the message paid needs a zeebe:subscription with a correlationKey/],
    ['a key that is no FEEL',            [START, catching('Wait', byMessage('m'))],                      [message('m', 'paid', '= +')], 5, 'Wait', /the correlation key “= \+” is no FEEL/],
    ['a key that is a text',             [START, catching('Wait', byMessage('m'))],                      [message('m', 'paid', 'orderId')], 5, 'Wait', /the correlation key “orderId” is no expression/],
    ['two starts of one name, once by FEEL', [`<bpmn:startEvent id="A">${byMessage('m')}</bpmn:startEvent>`, `<bpmn:startEvent id="B">${byMessage('n')}</bpmn:startEvent>`], [message('m', 'paid'), message('n', '=&quot;paid&quot;')], 3, 'order', /several message start events wait for the message paid/],
    ['a start by a name of variables',   [`<bpmn:startEvent id="Start">${byMessage('m')}</bpmn:startEvent>`], [message('m', '=orderId')], 3, 'order', /the message name =orderId is no text/],
    ['a boundary event of nothing',      [START, '<bpmn:boundaryEvent id="Edge" attachedToRef="Start" />'], [], 5, 'Edge', /its attachedToRef is no service task or receive task/],
    ['two boundary events of a message', [START, task(type('a')), ...['A', 'B'].map((id) => `<bpmn:boundaryEvent id="${id}" attachedToRef="Task">${byMessage('m')}</bpmn:boundaryEvent>`)], [message('m', 'paid', '=a')], 5, 'Task', /several boundary events wait for the message paid/],
    ['an event sub-process of a timer',  [START, '<bpmn:subProcess id="Sub" triggeredByEvent="true"><bpmn:startEvent id="SubStart" /></bpmn:subProcess>'], [], 5, 'SubStart', /those which a message starts/],
    ['an event sub-process of nothing',  [START, '<bpmn:subProcess id="Sub" triggeredByEvent="true" />'], [], 5, 'Sub', /has one start event/],
    ['an event sub-process of two',      [START, besideBy('Sub', 'm', 'n')],                             [message('m', 'paid', '=a'), message('n', 'stop', '=a')], 5, 'Sub', /has one start event/],
    ['an event sub-process without key', [START, besideBy('Sub', 'm')],                                  [message('m', 'paid')], 5, 'Sub-m', /the message paid needs a zeebe:subscription with a correlationKey/],
    ['an empty key',                     [START, catching('Wait', byMessage('m'))],                      [`<bpmn:message id="m" name="paid">${extension('<zeebe:subscription correlationKey="" />')}</bpmn:message>`], 5, 'Wait', /the message paid needs a zeebe:subscription/],
    ['two event sub-processes of one message', [START, besideBy('One', 'm'), besideBy('Two', 'm')],      [message('m', 'paid', '=a')], 3, 'order', /several event sub-processes wait for the message paid/],
    ['a multi-instance receive task',    [START, '<bpmn:receiveTask id="Wait" messageRef="m"><bpmn:standardLoopCharacteristics /></bpmn:receiveTask>'], [message('m', 'paid', '=a')], 5, 'Wait', /does not execute its standardLoopCharacteristics/],
    ['a multi-instance event sub-process', [START, '<bpmn:subProcess id="Sub" triggeredByEvent="true"><bpmn:multiInstanceLoopCharacteristics /></bpmn:subProcess>'], [], 5, 'Sub', /does not execute its multiInstanceLoopCharacteristics/],
    ['a listener of the whole process',  [extension('<zeebe:executionListeners />'), START],             [], 3, 'order', /does not execute its zeebe:executionListeners/],
    ['a mapping of a boundary event',    [START, task(type('a')), `<bpmn:boundaryEvent id="Edge" attachedToRef="Task">${extension('<zeebe:ioMapping />')}${byMessage('m')}</bpmn:boundaryEvent>`], [message('m', 'paid', '=a')], 6, 'Edge', /does not execute its zeebe:ioMapping/],
    ['a message name that is no FEEL',   [START, catching('Wait', byMessage('m'))],                      [message('m', '= +', '=a')], 5, 'Wait', /the message name “= \+” is no FEEL/],
    ['a start by a number',              [`<bpmn:startEvent id="Start">${byMessage('m')}</bpmn:startEvent>`], [message('m', '=1')], 3, 'order', /the message name =1 is no text/],
    ['a definition of an event elsewhere', [START, catching('Wait', '<bpmn:eventDefinitionRef>Timer</bpmn:eventDefinitionRef>')], [], 5, 'Wait', /does not execute its eventDefinitionRef/],
  ])('%s', (_name, elements, messages, line, element, fault) => {
    expect(readProcesses(diagram(elements, messages)).faults).toContainEqual({ line, element, fault: expect.stringMatching(fault) })
  })

  test.each([
    ['text that is no XML', 'hello', /./],
    ['a tag that is not closed', `<bpmn:definitions xmlns:bpmn="${BPMN}">`, /unclosed/],
    ['a prefix that is bound to nothing', '<bpmn:definitions />', /unbound namespace prefix/],
    ['a DOCTYPE', `<!DOCTYPE x>\n<bpmn:definitions xmlns:bpmn="${BPMN}" />`, /DOCTYPE is not allowed/],
    ['another XML', '<html />', /the root is no bpmn:definitions/],
  ])('%s', (_name, xml, fault) => {
    expect(readProcesses(xml).faults).toContainEqual({ line: 1, element: expect.any(String), fault: expect.stringMatching(fault) })
  })
})

test('what is no XML is told without the place, which stands before it', () => {
  expect(readProcesses('<a>\n</b>').faults[0]).toMatchObject({ line: 2, fault: expect.stringMatching(/^[a-z]/i) })
})

test('every fault of a file is told at once', () => {
  const { faults } = readProcesses(diagram(['<bpmn:userTask id="Ask" />', '<bpmn:scriptTask id="Script" />', task('')]))
  expect(faults.map(({ line, element }) => `${line} ${element}`)).toEqual(['4 Ask', '5 Script', '6 Task', '3 order'])
})

test('what only tells a reader something is no fault: names, lanes, notes, other namespaces, properties of a connector', () => {
  const silent = [
    '<bpmn:documentation>why</bpmn:documentation>',
    '<bpmn:laneSet id="L"><bpmn:lane id="Lane"><bpmn:flowNodeRef>Start</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>',
    `<bpmn:startEvent id="Start" name="order placed">${extension('<zeebe:properties><zeebe:property name="inbound.type" value="a" /></zeebe:properties>')}<bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>`,
    '<bpmn:textAnnotation id="Note"><bpmn:text>hm</bpmn:text></bpmn:textAnnotation>',
    '<bpmn:association id="As" sourceRef="Note" targetRef="Start" />',
    '<other:thing xmlns:other="urn:other" id="Thing" />',
    extension('<other:thing xmlns:other="urn:other" />'),
    END,
    flow('f', 'Start', 'End'),
  ]
  const { faults, processes } = readProcesses(diagram(silent))
  expect(faults).toEqual([])
  expect([...(processes[0]?.nodes.keys() ?? [])]).toEqual(['Start', 'End'])
})

test.each([
  ['not executable', 'isExecutable="false"'],
  ['nowhere said to be executable', ''],
])('a process that is %s is none', (_name, attributes) => {
  expect(readProcesses(diagram([START], [], attributes))).toEqual({ processes: [], faults: [] })
})

test('a process without an id, and two of one id in a file, are refused', () => {
  const process = (id: string, start: string) => `<bpmn:process ${id} isExecutable="true"><bpmn:startEvent id="${start}" /></bpmn:process>`
  const faults = (...processes: string[]) =>
    readProcesses(`<bpmn:definitions xmlns:bpmn="${BPMN}">${processes.join('')}</bpmn:definitions>`).faults.map(({ fault }) => fault)
  expect(faults(process('', 'One'))).toEqual(['a process needs an id'])
  expect(faults(process('id="a"', 'One'), process('id="a"', 'Two'))).toEqual(['two processes have the id a'])
  expect(faults(process('id="a"', 'One'), process('id="b"', 'Two'))).toEqual([])
})

test('a task has the retries which it says, and 3 otherwise', () => {
  const retriesOf = (more: string) => readProcesses(diagram([START, task(type('a', more))])).processes[0]?.nodes.get('Task')
  expect(retriesOf('retries="5"')).toMatchObject({ retries: 5 })
  expect(retriesOf('')).toMatchObject({ retries: 3 })
})

test('of events that do not say so, those at a boundary interrupt, and those that start an event sub-process', () => {
  const boundary = `<bpmn:boundaryEvent id="Edge" attachedToRef="Task">${byMessage('m')}</bpmn:boundaryEvent>`
  const { processes, faults } = readProcesses(
    diagram([START, task(type('a')), boundary, besideBy('Sub', 'm')], [message('m', 'paid', '=a')]),
  )
  expect(faults).toEqual([])
  const { nodes } = processes[0] as { nodes: ReadonlyMap<string, object> }
  expect([nodes.get('Edge'), nodes.get('Sub')]).toMatchObject([{ interrupting: true }, { interrupting: true }])
})

test('the namespaces count, and not the prefixes; a reference may have one', () => {
  const xml = `<definitions xmlns="${BPMN}" xmlns:z="http://camunda.org/schema/zeebe/1.0" xmlns:t="urn:t" targetNamespace="urn:t">
    <process id="p" isExecutable="true">
      <startEvent id="Start" /><sequenceFlow id="f" sourceRef="Start" targetRef="Wait" />
      <receiveTask id="Wait" messageRef="t:m" />
    </process>
    <message id="m" name="paid"><extensionElements><z:subscription correlationKey="=a" /></extensionElements></message>
  </definitions>`
  const { faults, processes } = readProcesses(xml)
  expect(faults).toEqual([])
  expect(processes[0]?.nodes.get('Wait')).toMatchObject({ kind: 'receiveTask', message: { name: 'paid', correlationKey: '=a' } })
})

test('what other namespaces call by the names of Zeebe and BPMN is none of them', () => {
  const other = 'xmlns:other="urn:other"'
  const work = task(extension(`<other:taskDefinition ${other} type="other" /><zeebe:taskDefinition type="a" other:type="b" ${other} />`))
  const { processes, faults } = readProcesses(diagram([START, `<other:endEvent ${other} id="Thing" />`, work]))
  expect(faults).toEqual([])
  expect(processes[0]?.nodes.get('Task')).toMatchObject({ jobType: 'a' })
})

test('a condition may be in CDATA', () => {
  const text = '<![CDATA[=n < 3]]>'
  const { processes } = readProcesses(
    diagram([START, '<bpmn:exclusiveGateway id="Choice" />', END, flow('f', 'Choice', 'End', condition(text))]),
  )
  expect(processes[0]?.nodes.get('Choice')).toMatchObject({ outgoing: [{ condition: '=n < 3' }] })
})

test('a value with blanks before its equals sign is an expression', () => {
  const { faults } = readProcesses(diagram([START, task(type('  = 1 +'))]))
  expect(faults.map(({ fault }) => fault)).toEqual([expect.stringMatching(/is no FEEL/)])
})

test('a line feed in an attribute is a blank, and an entity what it stands for, as to Java', () => {
  const { processes } = readProcesses(diagram([START, catching('Wait', byMessage('m'))], [message('m', 'a\nb', '=&#34;x&#x1F600;&#34;')]))
  expect(processes[0]?.nodes.get('Wait')).toMatchObject({ message: { name: 'a b', correlationKey: '="x😀"' } })
})
