import { show } from '../../lambda/core/connector-faults.ts'
import { parsed } from '../../lambda/core/expressions.ts'
import { type ElementInDiagram, placeIn } from '../../lib/bpmn/connector-element.ts'
import { propertyOf } from '../../lib/bpmn/diagram.ts'
import type { DiagramFault, DiagramWarning } from '../../lib/bpmn/diagram-fault.ts'
import { type NamedQueue, namedQueue } from '../../lib/bpmn/named-queue.ts'
import { withSecrets } from './secrets.ts'

/** What an element of Camunda's template says of its queue. */
export interface QueueSettings {
  readonly queue: NamedQueue
  /** Empty: all. */
  readonly attributeNames: readonly string[]
  readonly messageAttributeNames: readonly string[]
}

export interface ReadSettings {
  /** Undefined where the queue is not known. */
  readonly settings: QueueSettings | undefined
  readonly faults: readonly DiagramFault[]
  readonly warnings: readonly DiagramWarning[]
}

export function queueSettings(of: ElementInDiagram, secrets: ReadonlyMap<string, string>): ReadSettings {
  const faults: DiagramFault[] = []
  const warnings: DiagramWarning[] = []
  const fault = (property: string, found: unknown, expected: string) =>
    void faults.push({ ...placeIn(of, property), found: show(found), expected })
  const valueIn = (property: string) => propertyOf(of.element, property)?.value

  const names = (property: string): readonly string[] => {
    const value = valueIn(property)
    if (value === undefined) return []
    const { text, missing } = withSecrets(value, secrets)
    const list = namesIn(text)
    if (missing.length > 0) fault(property, value, valuesFor(missing))
    else if (!list) fault(property, value, 'a list of texts, as in =["type", "tenant"], or one name')
    return list ?? []
  }
  const attributeNames = names('queue.attributeNames')
  const messageAttributeNames = names('queue.messageAttributeNames')

  const value = valueIn('queue.url')
  const { text, missing } = withSecrets(value ?? '', secrets)
  const queue = namedQueue(text.trim())
  if (value === undefined) fault('queue.url', value, 'the URL or ARN of the queue')
  else if (missing.length > 0) fault('queue.url', value, valuesFor(missing))
  else if (!queue) fault('queue.url', value, 'a queue’s URL, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, or ARN, and no expression')
  if (!queue) return { settings: undefined, faults, warnings }

  for (const property of ['configuration.region', 'queue.region']) {
    const region = withSecrets(valueIn(property) ?? queue.region, secrets)
    if (region.missing.length === 0 && region.text.trim() !== queue.region)
      warnings.push({ ...placeIn(of, property), message: `${show(region.text)} is dropped: the queue is in ${queue.region}` })
  }
  const endpoint = valueIn('configuration.endpoint')
  if (endpoint !== undefined)
    warnings.push({
      ...placeIn(of, 'configuration.endpoint'),
      message: `${show(endpoint)} is dropped: Lambda takes from SQS in ${queue.region}`,
    })
  return { settings: { queue, attributeNames, messageAttributeNames }, faults, warnings }
}

function valuesFor(secrets: readonly string[]): string {
  return `the values of its secrets: ${secrets.map((name) => `--secret ${name}=VALUE`).join(' ')}`
}

/** Of a list in FEEL, which has no variables, or of a single name. */
function namesIn(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('=')) return /^[\w.*-]+$/.test(text.trim()) ? [text.trim()] : undefined
  const expression = parsed(text)
  const result = expression.kind === 'parsed' ? expression.expression.evaluate({}) : undefined
  if (result?.kind !== 'value') return undefined
  const names = typeof result.value === 'string' ? [result.value] : result.value
  return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined
}
