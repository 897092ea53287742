import fc from 'fast-check'

/** Random diagrams, written in all the ways in which XML may be written, with and without connectors. */

type Kind = 'processStart' | 'messageStart' | 'timerStart' | 'intermediateCatch' | 'boundary' | 'receive' | 'throw'

interface RandomElement {
  readonly kind: Kind
  readonly properties: readonly (readonly [name: string, value: string])[]
  /** Index of a message; more than there are: none. */
  readonly message: number
  readonly template: string | undefined
  readonly extras: { readonly documentation: boolean; readonly comment: boolean; readonly nonce: boolean; readonly foreign: boolean }
}

interface RandomScope {
  readonly kind: 'subProcess' | 'eventSubProcess' | 'transaction' | 'adHocSubProcess' | 'plain'
  readonly elements: readonly RandomElement[]
}

interface RandomMessage {
  readonly name: string
  readonly correlationKey: string | undefined
  readonly template: string | undefined
}

export interface Style {
  readonly bpmn: string
  readonly zeebe: string
  /** Whether Camunda's namespace is declared where it is used, and not at the root: there are no attributes of it then. */
  readonly zeebeInside: boolean
  readonly newline: string
  readonly quote: '"' | "'"
  readonly declaration: string
  /** How characters are written in attributes. */
  readonly references: 'few' | 'decimal' | 'hexadecimal'
  readonly rawBlanks: boolean
  readonly comments: boolean
}

export interface RandomDiagram {
  readonly processes: readonly { readonly scopes: readonly RandomScope[]; readonly isExecutable: boolean }[]
  readonly messages: readonly RandomMessage[]
  readonly style: Style
}

export const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\t', '\r', '\r\n', '"', "'", '&', '<', '>', ' ', '😀', '\u0085', '=', '&amp;'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
    {
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(''))

const style: fc.Arbitrary<Style> = fc.record({
  bpmn: fc.constantFrom('bpmn:', '', 'semantic:'),
  zeebe: fc.constantFrom('zeebe', 'z', 'camunda-8'),
  zeebeInside: fc.boolean(),
  newline: fc.constantFrom('\n', '\r\n'),
  quote: fc.constantFrom('"' as const, "'" as const),
  declaration: fc.constantFrom('<?xml version="1.0" encoding="UTF-8"?>', '', '\uFEFF', '<?xml version="1.0"?>'),
  references: fc.constantFrom('few' as const, 'decimal' as const, 'hexadecimal' as const),
  rawBlanks: fc.boolean(),
  comments: fc.boolean(),
})

const TEMPLATES: Readonly<Record<Kind, string>> = {
  processStart: 'StartEvent',
  messageStart: 'startmessage',
  timerStart: 'StartEvent',
  intermediateCatch: 'intermediate',
  boundary: 'boundary',
  receive: 'receive',
  throw: 'intermediate',
}

const QUEUES = [
  'https://sqs.eu-central-1.amazonaws.com/111122223333/orders',
  'arn:aws:sqs:eu-central-1:111122223333:orders',
  'https://sqs.us-east-1.amazonaws.com/111122223333/Payments.fifo',
]

/** Name, values which an import takes, and how often an element has it. */
const PROPERTIES: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['authentication.type', ['credentials', 'defaultCredentialsChain']],
  ['authentication.accessKey', ['{{secrets.KEY}}']],
  ['authentication.secretKey', ['{{secrets.SECRET}}']],
  ['configuration.region', ['eu-central-1', 'us-east-1']],
  ['configuration.endpoint', ['', 'http://localhost:4566']],
  ['queue.pollingWaitTime', ['20', '1']],
  ['queue.attributeNames', ['=["All"]', '', '=["SentTimestamp"]']],
  ['queue.messageAttributeNames', ['=["type", "tenant"]', 'type', '']],
  ['activationCondition', ['=body.kind = "A"', '=body.kind = "B"', '', '=messageAttributes.type.stringValue = "x" // é😀']],
  ['inbound.activationCondition', ['=body.kind = "C"']],
  ['consumeUnmatchedEvents', ['true', 'false', '=true', 'TRUE', '']],
  ['correlationRequired', ['required', 'notRequired']],
  ['correlationKeyExpression', ['=body.id', '=string(body.id) +\n"x"']],
  ['messageIdExpression', ['=messageId', '']],
  ['messageTtl', ['PT1H', 'PT5S', '']],
  ['deduplicationModeManualFlag', ['false', 'true']],
  ['deduplicationMode', ['AUTO', 'MANUAL']],
  ['deduplicationId', ['shared']],
  ['resultVariable', ['message', '']],
  ['resultExpression', ['={ order: body }', '={\n\torder: body // all of it\n}', '']],
]

/** @param values of what is not to be taken as it is */
function properties(kind: Kind, wild: fc.Arbitrary<string>): fc.Arbitrary<RandomElement['properties']> {
  const needsKey = kind !== 'processStart' && kind !== 'messageStart'
  const optional = PROPERTIES.map(([name, values]) =>
    fc
      .option(fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: wild }), {
        freq: name === 'correlationKeyExpression' && needsKey ? 30 : 2,
        nil: undefined,
      })
      .map((value) => (value === undefined ? [] : [[name, value] as const])),
  )
  const own = fc.option(fc.tuple(fc.constantFrom('owner', 'inbound.owner'), anyText), { nil: undefined })
  return fc.tuple(fc.constantFrom(...QUEUES), own, fc.nat(3), ...optional).chain(([url, mine, twice, ...lists]) => {
    const named = [['inbound.type', 'io.camunda:aws-sqs-inbound:1'] as const, ['queue.url', url] as const, ...lists.flat()]
    const all = [...named, ...(mine ? [mine] : []), ...(twice === 0 ? named.slice(-1) : [])]
    return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })
  })
}

const kinds = fc.constantFrom<Kind>('processStart', 'messageStart', 'intermediateCatch', 'boundary', 'receive')

function element(wild: fc.Arbitrary<string>, oddKinds: boolean): fc.Arbitrary<RandomElement> {
  const anyKind = oddKinds
    ? fc.oneof({ weight: 8, arbitrary: kinds }, { weight: 1, arbitrary: fc.constantFrom<Kind>('timerStart', 'throw') })
    : kinds
  return anyKind.chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      properties: fc.oneof(
        { weight: 4, arbitrary: properties(kind, wild) },
        { weight: 1, arbitrary: fc.array(fc.tuple(fc.constantFrom('owner', 'a.b'), anyText), { maxLength: 2 }) },
      ),
      message: fc.nat(oddKinds ? 4 : 2),
      template: fc.option(
        fc.constantFrom(`io.camunda.connectors.AWSSQS.${TEMPLATES[kind]}.v1`, `io.camunda.connectors.AWSSQS.${TEMPLATES[kind]}-hybrid.v1`),
        { nil: undefined },
      ),
      extras: fc.record({
        documentation: fc.boolean(),
        comment: fc.boolean(),
        nonce: fc.nat(9).map((one) => one === 0),
        foreign: fc.boolean(),
      }),
    }),
  )
}

/** @param odd whether it may be what no import takes: any text as a value, timers, missing messages */
export function randomDiagram({ odd }: { readonly odd: boolean }): fc.Arbitrary<RandomDiagram> {
  const wild = odd ? anyText : fc.constant('')
  const message: fc.Arbitrary<RandomMessage> = fc.record({
    name: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('order placed', 'Zahlung „é“ 😀', '0a1b-uuid') },
      { weight: odd ? 1 : 0, arbitrary: anyText },
    ),
    correlationKey: fc.option(fc.constantFrom('=orderId', '=a.b + "<&>"'), { nil: undefined }),
    template: fc.option(fc.constantFrom('io.camunda.connectors.AWSSQS.intermediate.v1', 'my.own.template'), { nil: undefined }),
  })
  return fc.record({
    processes: fc.array(
      fc.record({
        scopes: fc.array(
          fc.record({
            kind: fc.constantFrom(
              'plain' as const,
              'subProcess' as const,
              'eventSubProcess' as const,
              'transaction' as const,
              'adHocSubProcess' as const,
            ),
            elements: fc.array(element(wild, odd), { minLength: 1, maxLength: 3 }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        isExecutable: fc.nat(9).map((one) => one > 0),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    messages: fc.array(message, { minLength: 3, maxLength: 3 }),
    style,
  })
}

export function written({ processes, messages, style }: RandomDiagram): string {
  const { bpmn, zeebe, newline, quote, comments } = style
  let ids = 0
  const attribute = (name: string, value: string) => ` ${name}=${quote}${escaped(value, style)}${quote}`
  const comment = (depth: number) => (comments ? line(depth, '<!-- <zeebe:property name="inbound.type"/> & so on -->') : '')
  const line = (depth: number, text: string) => `${newline}${'  '.repeat(depth)}${text}`
  const inZeebe = style.zeebeInside ? attribute(`xmlns:${zeebe}`, ZEEBE) : ''
  const template = (id: string | undefined) =>
    id === undefined || style.zeebeInside
      ? ''
      : `${attribute(`${zeebe}:modelerTemplate`, id)}${attribute(`${zeebe}:modelerTemplateVersion`, '10')}${attribute(`${zeebe}:modelerTemplateIcon`, 'data:image/svg+xml,%3Csvg%3E')}`

  const writeElement = (depth: number, { kind, properties, message, template: templateId, extras }: RandomElement): string => {
    const id = `E${++ids}`
    const tag = {
      processStart: 'startEvent',
      messageStart: 'startEvent',
      timerStart: 'startEvent',
      intermediateCatch: 'intermediateCatchEvent',
      boundary: 'boundaryEvent',
      receive: 'receiveTask',
      throw: 'intermediateThrowEvent',
    }[kind]
    const reference = messages[message] ? attribute('messageRef', `M${message}`) : ''
    const own = kind === 'boundary' ? attribute('attachedToRef', 'Task') : kind === 'receive' ? reference : ''
    const list = properties.map(
      ([name, value]) =>
        `${line(depth + 3, `<${zeebe}:property${attribute('name', name)}${attribute('value', value)} />`)}${extras.comment ? comment(depth + 3) : ''}`,
    )
    const nonce = extras.nonce
      ? `${line(depth + 2, `<${zeebe}:ioMapping${inZeebe}><${zeebe}:input${attribute('source', '=1')}${attribute('target', 'configuration.nonce')} /></${zeebe}:ioMapping>`)}`
      : ''
    const foreign = extras.foreign ? line(depth + 2, '<other:thing xmlns:other="urn:other" a="1">text</other:thing>') : ''
    const block =
      properties.length > 0
        ? `${line(depth + 2, `<${zeebe}:properties${inZeebe}>`)}${list.join('')}${line(depth + 2, `</${zeebe}:properties>`)}`
        : ''
    const extensions =
      block + nonce + foreign === ''
        ? ''
        : `${line(depth + 1, `<${bpmn}extensionElements>`)}${nonce}${block}${foreign}${line(depth + 1, `</${bpmn}extensionElements>`)}`
    const documentation = extras.documentation ? line(depth + 1, `<${bpmn}documentation>a &lt; b</${bpmn}documentation>`) : ''
    const definition =
      kind === 'timerStart'
        ? line(
            depth + 1,
            `<${bpmn}timerEventDefinition id="D${id}"><${bpmn}timeCycle>R/PT1H</${bpmn}timeCycle></${bpmn}timerEventDefinition>`,
          )
        : kind === 'processStart' || kind === 'receive'
          ? ''
          : line(depth + 1, `<${bpmn}messageEventDefinition${attribute('id', `D${id}`)}${reference} />`)
    return `${line(depth, `<${bpmn}${tag}${attribute('id', id)}${template(templateId)}${own}>`)}${documentation}${extensions}${definition}${line(depth, `</${bpmn}${tag}>`)}`
  }

  const writeScope = (depth: number, { kind, elements }: RandomScope): string => {
    if (kind === 'plain') return elements.map((each) => writeElement(depth, each)).join('')
    const tag = kind === 'eventSubProcess' ? 'subProcess' : kind
    const event = kind === 'eventSubProcess' ? attribute('triggeredByEvent', 'true') : ''
    return `${line(depth, `<${bpmn}${tag}${attribute('id', `S${++ids}`)}${event}>`)}${elements.map((each) => writeElement(depth + 1, each)).join('')}${line(depth, `</${bpmn}${tag}>`)}`
  }

  const body = processes.map(
    ({ scopes, isExecutable }, at) =>
      `${line(1, `<${bpmn}process${attribute('id', `P${at}`)}${attribute('isExecutable', String(isExecutable))}>`)}${comment(2)}${scopes.map((scope) => writeScope(2, scope)).join('')}${at === 0 ? line(2, `<${bpmn}task id="Task" />`) : ''}${line(1, `</${bpmn}process>`)}`,
  )
  const messageList = messages.map(({ name, correlationKey, template: id }, at) => {
    const subscription =
      correlationKey === undefined
        ? ''
        : `<${bpmn}extensionElements><${zeebe}:subscription${inZeebe}${attribute('correlationKey', correlationKey)} /></${bpmn}extensionElements>`
    return line(1, `<${bpmn}message${attribute('id', `M${at}`)}${attribute('name', name)}${template(id)}>${subscription}</${bpmn}message>`)
  })
  const namespaces = `${attribute(bpmn === '' ? 'xmlns' : `xmlns:${bpmn.slice(0, -1)}`, BPMN)}${style.zeebeInside ? '' : attribute(`xmlns:${zeebe}`, ZEEBE)}`
  return `${style.declaration}<${bpmn}definitions${namespaces} id="Definitions" targetNamespace="http://bpmn.io/schema/bpmn">${body.join('')}${messageList.join('')}${newline}</${bpmn}definitions>${newline}`
}

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL'
const ZEEBE = 'http://camunda.org/schema/zeebe/1.0'

function escaped(value: string, { quote, references, rawBlanks }: Style): string {
  return [...value]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0
      if (character === '&') return '&amp;'
      if (character === '<') return '&lt;'
      if (character === quote) return quote === '"' ? '&quot;' : '&apos;'
      if (/[\t\n\r]/.test(character) ? !rawBlanks : code > 126 && references !== 'few')
        return references === 'hexadecimal' ? `&#x${code.toString(16)};` : `&#${code};`
      return character
    })
    .join('')
}
