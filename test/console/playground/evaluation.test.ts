import { fileURLToPath } from 'node:url'
import { createContext, Script } from 'node:vm'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { type Answer, evaluate, type Question, trace } from '../../../console/playground/evaluation.ts'
import { EMPTY, recordOf, type TypedMessage, typedMessage } from '../../../console/playground/typed-message.ts'
import { filterCriteria } from '../../../lambda/core/filter-criteria.ts'
import { connector, startEvent } from '../../support/connectors.ts'
import { sqsRecord } from '../../support/sqs.ts'

const placed: TypedMessage = {
  body: '{"id":"A-1","amount":12.50,"total":9007199254740993}',
  attributes: [{ name: 'type', value: 'OrderPlaced', dataType: 'String' }],
  group: '',
}

function asked(expression: string, others: Partial<Question> = {}): Question {
  return { expression, property: 'activationCondition', message: placed, ...others }
}

/** With one element, whose condition this is. */
const use = (properties: object, element = 0) => ({ connector: JSON.stringify({ elements: [startEvent()], ...properties }), element })

describe('the value', () => {
  // biome-ignore format: a table
  test.each<[string, Question, Answer['result']]>([
    ['of a condition', asked('=messageAttributes.type.stringValue = "OrderPlaced"'), { kind: 'value', value: 'true', type: 'boolean' }],
    ['of numbers is as exact as the message', asked('body'), { kind: 'value', value: '{"id":"A-1","amount":12.5,"total":9007199254740993}', type: 'context' }],
    ['of what is no expression is where', asked('body.'), { kind: 'syntaxError', reason: 'expected a name, but the expression ends', from: 5, to: 5 }],
    ['of what takes more than an evaluation may is a failure', asked('count(for a in 1..5000, b in 1..5000 return a)'), { kind: 'failure', reason: 'the evaluation takes more steps than it may' }],
    ['of nothing is none', asked(' = '), { kind: 'blank' }],
    ['of a mapping may have the message as its response', asked('{ r: response.body.id }', { property: 'resultExpression' }), { kind: 'value', value: '{"r":"A-1"}', type: 'context' }],
    ['of a condition has no response', asked('response'), { kind: 'value', value: 'null', type: 'null' }],
    ['of an attribute that the queue’s names leave out is null', asked('messageAttributes.type', { use: use({ queue: { messageAttributeNames: ['other'] } }) }), { kind: 'value', value: 'null', type: 'null' }],
    ['is markup to nobody', asked('body', { message: { ...EMPTY, body: '<img src=x onerror=alert(1)>' } }), { kind: 'value', value: '"<img src=x onerror=alert(1)>"', type: 'string' }],
  ])('%s', (_claim, question, expected) => {
    expect(evaluate(question).result).toEqual(expected)
  })

  test('may go to a worker and come back', () => {
    const answer = evaluate(asked('body.total > 1 and boddy.a = 1'))
    expect(structuredClone(answer)).toEqual(answer)
    expect(structuredClone(trace(asked('[body.total, body]')))).toMatchObject({ value: expect.stringContaining('9007199254740993') })
  })
})

test('what became null, and what is hardly meant in this property, have their places, each once', () => {
  const { warnings, notes } = evaluate(asked('boddy.id = 1 or messageAttributes.type = "x"'))
  expect(warnings).toEqual([
    { type: 'NO_VARIABLE_FOUND', message: 'there is no variable “boddy”', from: 0, to: 8 },
    { type: 'NOT_COMPARABLE', message: expect.any(String), from: 16, to: 44 },
    { type: 'INVALID_TYPE', message: expect.any(String), from: 0, to: 44 },
  ])
  expect(notes).toEqual([])
  expect(evaluate(asked('"text"')).notes).toEqual([
    expect.objectContaining({ message: expect.stringContaining('a text is no condition'), from: 0, to: 6 }),
  ])
  expect(evaluate(asked('"text"', { property: 'correlationKeyExpression' })).notes).toEqual([])
})

describe('the filter', () => {
  const condition = '=messageAttributes.type.stringValue = "OrderPlaced" and body.amount > 0'

  test('is that of the condition, and says of each field what is asked and what is there', () => {
    const { own } = evaluate(asked(condition)).filter ?? {}
    expect(own).toEqual({
      letsThrough: true,
      notPushedDown: [{ expression: 'body.amount > 0', why: expect.stringContaining('a filter compares texts') }],
      patterns: [
        {
          text: '{"messageAttributes":{"type":{"stringValue":["OrderPlaced"]}}}',
          letsThrough: true,
          fields: [{ path: 'messageAttributes.type.stringValue', asked: '["OrderPlaced"]', found: '"OrderPlaced"', isMet: true }],
        },
      ],
    })
  })

  test('turns away what does not have what it asks for', () => {
    const { own } = evaluate(asked(condition, { message: { ...placed, attributes: [] } })).filter ?? {}
    expect(own).toMatchObject({ letsThrough: false, patterns: [{ fields: [{ found: undefined, isMet: false }] }] })
  })

  test('of what it cannot say lets everything through, and says why', () => {
    const { own } = evaluate(asked('body.amount > 100')).filter ?? {}
    expect(own).toMatchObject({
      letsThrough: true,
      patterns: [],
      notPushedDown: [{ expression: 'body.amount > 100' }, { why: expect.any(String) }],
    })
  })

  test('of the connector lets through what another element wants', () => {
    const other = startEvent({ elementId: 'Other', activationCondition: '=messageAttributes.type.stringValue = "Other"' })
    const elements = [startEvent({ consumeUnmatchedEvents: true }), other]
    const question = asked(condition, {
      message: { ...placed, attributes: [{ name: 'type', value: 'Other', dataType: 'String' }] },
      use: use({ elements }),
    })
    expect(evaluate(question).filter).toMatchObject({ own: { letsThrough: false }, whole: { letsThrough: true, patterns: [{}] } })
  })

  test('of a connector which keeps unmatched messages is none', () => {
    const { own, whole } = evaluate(asked(condition, { message: EMPTY, use: use({}) })).filter ?? {}
    expect(own?.letsThrough).toBe(false)
    expect(whole).toMatchObject({
      letsThrough: true,
      patterns: [],
      notPushedDown: [{ why: expect.stringContaining('unmatched events are not consumed') }],
    })
  })

  test('is what the stack makes of that connector', () => {
    const elements = [startEvent({ consumeUnmatchedEvents: true, activationCondition: condition })]
    const { whole } = evaluate(asked(condition, { use: use({ elements }) })).filter ?? {}
    expect(whole?.patterns.map(({ text }) => JSON.parse(text))).toEqual(filterCriteria(connector({ elements })).patterns)
  })

  test('on bodies says what the body has', () => {
    const question = asked('=body.id = "A-2" or body.kind = "x"', {
      use: use({ elements: [startEvent({ consumeUnmatchedEvents: true })], eventSource: { filterCriteria: 'body' } }),
    })
    const fields = evaluate(question).filter?.own.patterns.flatMap((pattern) => pattern.fields)
    expect(fields).toEqual([
      { path: 'body.id', asked: '["A-2"]', found: '"A-1"', isMet: false },
      { path: 'body.kind', asked: '["x"]', found: undefined, isMet: false },
    ])
  })

  test('is of no other property', () => {
    expect(evaluate(asked('body.id', { property: 'messageIdExpression' })).filter).toBeUndefined()
  })

  test('is of nothing that is no FEEL', () => {
    expect(evaluate(asked('body.')).filter).toBeUndefined()
  })
})

test('an invalid connector is not used, which is told, and the expression is evaluated all the same', () => {
  const { result, unused, filter } = evaluate(asked('body.id', { use: use({ elements: [] }) }))
  expect(result).toMatchObject({ value: '"A-1"' })
  expect(unused).toContain('elements: found []')
  expect(filter?.whole).toBeUndefined()
})

test('the trace has each part, and its values as texts', () => {
  expect(trace(asked('= body.amount > 10 and body.id = "B"'))).toEqual({
    expression: '= body.amount > 10 and body.id = "B"',
    value: 'false',
    type: 'boolean',
    parts: [
      {
        expression: 'body.amount > 10',
        value: 'true',
        type: 'boolean',
        parts: [{ expression: 'body.amount', value: '12.5', type: 'number' }],
      },
      { expression: 'body.id = "B"', value: 'false', type: 'boolean', parts: [{ expression: 'body.id', value: '"A-1"', type: 'string' }] },
    ],
  })
})

describe('a typed message', () => {
  const received = {
    ...sqsRecord({ body: 'text', type: 'A', group: 'g' }),
    messageAttributes: {
      type: { stringValue: 'A', stringListValues: [], binaryListValues: [], dataType: 'String' },
      bytes: { binaryValue: 'AAE=', stringListValues: [], binaryListValues: [], dataType: 'Binary.png' },
    },
  }

  test('that was received and is not changed is the received one', () => {
    expect(recordOf(typedMessage(received))).toEqual(received)
  })

  test('is what is typed, with what SQS has added to the received one', () => {
    const { attributes, ...typed } = typedMessage(received)
    const record = recordOf({
      ...typed,
      body: '{}',
      group: '',
      attributes: [...attributes, { name: '', value: 'no name', dataType: 'String' }],
    })
    const { MessageGroupId: _, ...others } = received.attributes
    expect(record).toEqual({ ...received, body: '{}', attributes: others })
  })
})

test('the engine runs where there is nothing of Node', async () => {
  const entry = fileURLToPath(new URL('../../../console/engine/engine.ts', import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    logLevel: 'error',
  })
  const told: unknown[] = []
  // What the language itself does not have, and workers do.
  const web = { atob, btoa, TextEncoder, TextDecoder, URL, crypto, structuredClone, console }
  const self: { onmessage?: (event: object) => void; postMessage: (one: unknown) => void } = { postMessage: (one) => told.push(one) }
  new Script(outputFiles[0]?.text ?? '').runInContext(createContext({ ...web, self }))
  const expression = 'from base64(to base64(body.id)) + string(now().timezone) + string(is defined(uuid()))'
  self.onmessage?.({ data: { kind: 'evaluate', question: asked(expression) } })
  expect(told).toMatchObject([
    { kind: 'signatures' },
    { kind: 'answer', answer: { result: { kind: 'value', value: '"A-1UTCtrue"' } } },
    { kind: 'trace', trace: { value: '"A-1UTCtrue"' } },
    { kind: 'done' },
  ])
})
