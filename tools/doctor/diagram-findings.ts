import { isDeepStrictEqual } from 'node:util'
import { type Connector, type Element, parseConnector } from '../../lambda/core/connector.ts'
import { ConnectorConfigurationError, show } from '../../lambda/core/connector-faults.ts'
import { nearestName } from '../../lambda/core/nearest-name.ts'
import { awaitedMessages } from '../../lib/bpmn/awaited-messages.ts'
import { zeebeAttributes } from '../../lib/bpmn/bpmn-element.ts'
import type { ElementJson } from '../../lib/bpmn/connector-element.ts'
import { connectorOf, ownElements } from '../../lib/bpmn/connector-from-diagrams.ts'
import { type DiagramElement, propertyOf } from '../../lib/bpmn/diagram.ts'
import { namedQueue } from '../../lib/bpmn/named-queue.ts'
import { INBOUND_TYPE, isOfficialTemplate, SQS_INBOUND } from '../../lib/bpmn/official-template.ts'
import { withSecrets } from '../import/secrets.ts'
import { type DeployedDiagrams, type DeployedProcess, processText } from './deployed-diagrams.ts'
import { error, type Finding, ok, warn } from './finding.ts'

/** Two consumers of a queue each get some of its messages, and what one of them deletes the other never sees. */
export function consumerFindings(queueArn: string, { processes, unread, isCut }: DeployedDiagrams): Finding[] {
  const check = 'consumers'
  const found = processes.flatMap((process) =>
    process.process.elements
      .filter((element) => isRead(process, element))
      .flatMap((element) => consumerFinding(queueArn, process, element)),
  )
  const beyond = [
    ...unread.map((each) => warn(check, `${processText(each)} is not known: ${each.why}`, 'look at its diagram in Operate')),
    ...(isCut ? [warn(check, `only the first ${processes.length} processes were looked at`, 'look for the others in Operate')] : []),
  ]
  if (found.length + beyond.length > 0) return [...found, ...beyond]
  return [ok(check, `Camunda’s own connector takes from this queue in none of ${count(processes)}`)]
}

function count({ length }: readonly DeployedProcess[]): string {
  return length === 1 ? '1 deployed diagram' : `${length} deployed diagrams`
}

/** Of an earlier version the runtime keeps what instances can wait for, and not what starts them. */
function isRead({ isLatest }: DeployedProcess, { type, scope }: DiagramElement): boolean {
  return isLatest || type !== 'startEvent' || scope === 'eventSubProcess'
}

function consumerFinding(queueArn: string, process: DeployedProcess, element: DiagramElement): Finding[] {
  const check = 'consumers'
  const type = propertyOf(element, INBOUND_TYPE)?.value
  const url = propertyOf(element, 'queue.url')?.value
  if (type === undefined || url === undefined) return []
  const isOfficial = type === SQS_INBOUND
  if (!isOfficial && !isHybrid(element)) return []
  const where = `${processText(process)}, element ${element.id}`
  const { missing } = withSecrets(url, new Map())
  if (missing.length > 0)
    return [
      warn(
        check,
        `${where}: ${isOfficial ? 'Camunda’s own connector' : `a connector of the type ${type}`} takes from a queue which a secret names: ${show(url)}`,
        `compare the value of ${missing.join(', ')} with ${queueArn}; where it is this queue, docs/MIGRATING.md says how it is taken over`,
      ),
    ]
  if (namedQueue(url.trim())?.arn !== queueArn) return []
  if (!isOfficial)
    return [
      warn(
        check,
        `a runtime of the type ${type} would take from this queue as well: ${where}`,
        `stop that runtime, or take the element over: npx camunda-sqs-bridge import --process ${process.bpmnProcessId} --type ${type}`,
      ),
    ]
  return [error(check, `Camunda’s own connector also takes from this queue: ${where}`, wayOut(process))]
}

function wayOut({ isLatest, bpmnProcessId, version }: DeployedProcess): string {
  if (isLatest)
    return `npx camunda-sqs-bridge import --process ${bpmnProcessId} makes the diagram without it: deploy that, in the order of docs/MIGRATING.md`
  return `instances of version ${version} wait there, and connector runtimes of 8.9 and later go on polling for them: migrate them to the latest version, or set CONNECTOR_INBOUND_DISABLED=${SQS_INBOUND} where the runtime is your own (docs/MIGRATING.md)`
}

function isHybrid({ xml }: DiagramElement): boolean {
  const template = zeebeAttributes(xml).find(({ name }) => name === 'modelerTemplate')?.value
  return template !== undefined && isOfficialTemplate(template)
}

type IsWaitedFor = (message: { readonly messageName: string; readonly tenantId: string }) => Promise<boolean | undefined>

/** Camunda accepts a message which nothing waits for, keeps it for its time to live, and forgets it. */
export async function messageNameFindings(
  { elements }: Connector,
  deployed: DeployedDiagrams,
  isWaitedFor: IsWaitedFor,
): Promise<Finding[]> {
  const findings = elements.map(async ({ elementId, correlationPoint: point }): Promise<Finding[]> => {
    if (point.kind !== 'publishMessage') return []
    const { messageName, tenantId } = point
    const inTenant = deployed.processes.filter((process) => process.isLatest && process.tenantId === tenantId)
    const { names, hasOthers } = awaitedMessages(inTenant.map(({ process }) => process))
    if (names.has(messageName)) return [ok('messageNames', `${messageName} (${elementId}): an element waits for it`)]
    const isWaited = await isWaitedFor({ messageName, tenantId })
    return [unknownName({ messageName, elementId, names, isSure: !hasOthers && !deployed.isCut && deployed.unread.length === 0, isWaited })]
  })
  return (await Promise.all(findings)).flat()
}

interface UnknownName {
  readonly messageName: string
  readonly elementId: string
  readonly names: ReadonlySet<string>
  /** Whether all names are known. */
  readonly isSure: boolean
  readonly isWaited: boolean | undefined
}

function unknownName({ messageName, elementId, names, isSure, isWaited }: UnknownName): Finding {
  const check = 'messageNames'
  const name = `${messageName} (${elementId})`
  if (isWaited)
    return warn(
      check,
      `${name}: only instances of earlier versions wait for it, and the latest diagrams do not have it`,
      'once they have ended, its messages are lost: name the message of the latest version',
    )
  const nearest = nearestName(messageName, [...names])
  const fix = `correct messageName${nearest === undefined ? '' : ` (is “${nearest}” meant?)`}, or deploy the process that waits for it; a process which the client may not read is not seen`
  if (!isSure) return warn(check, `${name} is in no diagram that could be read: nobody may wait for it`, fix)
  return error(check, `${name} is in no deployed diagram: Camunda takes its messages, and nothing ever gets them`, fix)
}

/** The latest diagrams against the connector that is active, where an element carries the bridge's template and its name. */
export function driftFindings(name: string, { elements }: Connector, { processes }: DeployedDiagrams): Finding[] {
  const check = 'diagrams'
  const fix = `npx camunda-sqs-bridge push ${name} makes what the diagrams of its file say active; or deploy the diagram that is meant`
  const latest = processes.filter(({ isLatest }) => isLatest)
  const all = latest.map((process) => ({ process, own: ownIn(process, name) })).filter(({ own }) => own.length > 0)
  const drift = all.flatMap(({ process, own }) => [
    ...own.flatMap((json) => differences(json, elements).map((each) => `${processText(process)}, element ${json.elementId} ${each}`)),
    ...elements
      .filter((element) => isGone(element, process))
      .map(({ elementId }) => `${processText(process)} has no element ${elementId}, which the active connector has`),
  ])
  if (drift.length > 0) return drift.map((each) => warn(check, each, fix))
  const told = all.map(({ process, own }) => `${processText(process)}: ${own.map(({ elementId }) => elementId).join(', ')}`)
  return [ok(check, told.length === 0 ? 'no deployed diagram names this connector' : `${told.join('; ')} as in the connector`)]
}

function ownIn({ bpmnProcessId, tenantId, diagram, process }: DeployedProcess, name: string): ElementJson[] {
  const source = { file: bpmnProcessId, text: diagram.text, ...(tenantId !== '<default>' && { tenantId }) }
  return ownElements(source, diagram)
    .filter(({ of }) => of.process === process && connectorOf(of) === name)
    .map(({ read }) => read.json)
}

/** An element's process is known where its file says it. */
function isSame({ elementId, correlationPoint }: Element, deployed: ElementJson): boolean {
  const { bpmnProcessId } = correlationPoint
  return elementId === deployed.elementId && (bpmnProcessId === undefined || bpmnProcessId === deployed.correlationPoint.bpmnProcessId)
}

function differences(deployed: ElementJson, elements: readonly Element[]): string[] {
  const active = elements.find((element) => isSame(element, deployed))
  if (!active) return ['names this connector, and the active one has no such element: no message reaches it']
  const parsed = elementOf(deployed)
  if (parsed === undefined) return ['is no valid element of a connector as it is deployed, and the active one is']
  const [there, here] = [flat(parsed), flat(active)]
  const names = [...new Set([...Object.keys(there), ...Object.keys(here)])].filter((name) => !isDeepStrictEqual(there[name], here[name]))
  return names.map((property) => `has ${property} ${valueText(there[property])}, and the active connector has ${valueText(here[property])}`)
}

function valueText(value: unknown): string {
  return value === undefined ? 'nothing there' : show(value)
}

/** As the function would read it. */
function elementOf(json: ElementJson): Element | undefined {
  try {
    return parseConnector(JSON.stringify({ elements: [json] })).elements[0]
  } catch (cause) {
    if (cause instanceof ConnectorConfigurationError) return undefined
    throw cause
  }
}

/** What a file need not say of an element is no difference. */
function flat({ correlationPoint, ...rest }: Element): Readonly<Record<string, unknown>> {
  const { bpmnProcessId, ...point } = correlationPoint as Record<string, unknown>
  const { elementType: _, ...other } = point
  return { ...rest, ...other, ...(point.kind === 'createProcessInstance' && { bpmnProcessId }) }
}

/** Whether an element of this very process is not there at all; one without the template may have been written by hand. */
function isGone({ elementId, correlationPoint }: Element, { bpmnProcessId, tenantId, process }: DeployedProcess): boolean {
  return (
    correlationPoint.bpmnProcessId === bpmnProcessId &&
    correlationPoint.tenantId === tenantId &&
    !process.elements.some(({ id }) => id === elementId)
  )
}
