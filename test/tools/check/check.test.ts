import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { problemsIn } from '../../../tools/check/problems.ts'
import { connectorFiles, ORDERS_ARN, orderPlaced, paymentReceived } from '../../lib/connector-files.ts'
import { runCommand } from '../../support/command.ts'
import { diagramText } from '../import/diagram-texts.ts'

/** A directory with one connector as it is written. */
function written(text: string): string {
  const directory = connectorFiles({})
  writeFileSync(join(directory, 'orders.json'), text)
  return directory
}

/** What is at a place in a file: the rest of its line. */
function at(directory: string, { file, line, column }: { file: string; line: number; column: number }): string {
  expect(file.startsWith(directory)).toBe(true)
  return (
    readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split('\n')[line - 1] ?? ''
  ).slice(column - 1)
}

const connector = (change: object) => JSON.stringify({ elements: [{ ...orderPlaced, ...change }] }, null, 2)

// biome-ignore format: a table
test.each<[string, string, string, RegExp]>([
  ['a value that is wrong',             connector({ consumeUnmatchedEvents: 5 }),               'error',   /^"consumeUnmatchedEvents": 5/],
  ['a property that there is not',      connector({ activationCondtion: 'true' }),              'error',   /^"activationCondtion"/],
  ['one that is written flat',          '{\n  "queue.url": "x",\n  "elements": []\n}',          'error',   /^"queue\.url"/],
  ['one that is missing, by what lacks it', '{\n  "elements": [\n    {}\n  ]\n}',               'error',   /^\{\}/],
  ['a place in an expression',          connector({ activationCondition: '=1 + + "ü' }),          'error',   /^\+ \\"ü/],
  ['a place behind what JSON escapes',  '{"elements":[{"elementId":"E","correlationPoint":{"kind":"createProcessInstance","bpmnProcessId":"p"},"activationCondition":"=\\"\\u00e4\\\\\\"\\" + )"}]}', 'error', /^\)/],
  ['where JSON ends to be JSON',        '{\n  "elements": [\n  }\n}',                             'error',   /^\}/],
  ['an end that comes too early',       '{"elements": [',                                         'error',   /^$/],
  ['a property that is there twice',    '{\n  "elements": [],\n  "elements": []\n}',             'error',   /^"elements": \[\]$/],
  ['a name which nothing defines',      connector({ activationCondition: '=boddy.amount > 0' }),  'warning', /^boddy\.amount/],
  ['an id that Camunda forgets',        JSON.stringify({ elements: [{ ...paymentReceived, messageTtl: 'PT1S' }] }, null, 2), 'warning', /^"messageTtl"/],
  ['what nobody can check',             JSON.stringify({ queue: { arn: ORDERS_ARN }, elements: [orderPlaced] }, null, 2), 'note', /^"queue"/],
])('%s is told with its place', (_name, text, severity, there) => {
  const directory = written(text)
  const { problems } = problemsIn(directory)
  const places = problems.filter((problem) => problem.severity === severity).map((problem) => at(directory, problem))
  expect(places).toContainEqual(expect.stringMatching(there))
})

test('a mark before the text moves no place', () => {
  const text = connector({ consumeUnmatchedEvents: 5 })
  const places = (source: string) => problemsIn(written(source)).problems.map(({ line, column }) => ({ line, column }))
  expect(places(`\uFEFF${text}`)).toEqual(places(text))
})

test('all problems of all files, and those between them, are told in the order of their places, for people and for programs', async () => {
  const queue = { name: 'shared' }
  const connectors = connectorFiles({
    'a.json': { elements: [{ ...orderPlaced, one: 1, two: 2 }] },
    'b.json': { queue, elements: [orderPlaced] },
    'c.json': { queue, elements: [orderPlaced] },
  })
  const [people, programs] = await Promise.all([
    runCommand(['check', '--connectors', connectors]),
    runCommand(['check', '--connectors', connectors, '--json']),
  ])
  expect(people).toMatchObject({ code: 1, error: '' })
  const lines = people.out.trim().split('\n')
  expect(lines.map((line) => line.replace(connectors, '').replace(/:\d+:\d+: /, ' '))).toEqual([
    expect.stringMatching(/^\/a\.json error: elements\[0\]\.one: found an unknown property/),
    expect.stringMatching(/^\/a\.json error: elements\[0\]\.two: /),
    expect.stringMatching(/^\/b\.json error: queue: found the queue of c\.json/),
    expect.stringMatching(/^\/c\.json error: queue: found the queue of b\.json/),
    '3 connectors: 4 errors, 0 warnings',
  ])
  const { files, errors, warnings, problems } = JSON.parse(programs.out)
  expect({ code: programs.code, files: files.length, errors, warnings }).toEqual({ code: 1, files: 3, errors: 4, warnings: 0 })
  expect(problems[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number), severity: 'error', path: 'elements[0].one' })
})

test('a warning is no error, but with --strict; what is well is status 0; of several, those are checked which are named', async () => {
  const connectors = connectorFiles({
    'doubtful.json': { elements: [{ ...orderPlaced, activationCondition: '=boddy.amount > 0' }] },
    'wrong.json': { elements: [] },
    'well.json': { elements: [orderPlaced] },
  })
  const check = (...args: string[]) => runCommand(['check', ...args, '--connectors', connectors])
  const [doubtful, strict, well, file] = await Promise.all([
    check('doubtful'),
    check('doubtful', '--strict'),
    check('well', '--strict'),
    check(join(connectors, 'wrong.json')),
  ])
  expect([doubtful, strict, well, file].map(({ code }) => code)).toEqual([0, 1, 0, 1])
  expect(doubtful.out).toContain('1 connector: 0 errors, 1 warning\n')
  expect(well.out).toBe('1 connector: 0 errors, 0 warnings\n')
  expect(file.out).not.toContain('doubtful')
})

test('what a diagram has is told at its line there, errors and warnings, and only of the connectors that are asked for', async () => {
  const own = (connector: string, condition: string) => ({
    properties: { 'camunda-sqs-bridge': '1', 'camunda-sqs-bridge.connector': connector, activationCondition: condition },
  })
  const connectors = connectorFiles({
    'a.bpmn': diagramText([own('a', '=((')]),
    'a.json': { diagrams: ['a.bpmn'] },
    'b.bpmn': diagramText([own('b', '=boddy.amount &gt; 0')], { process: 'b' }),
    'b.json': { diagrams: ['b.bpmn'] },
  })
  const told = async (...names: string[]) => {
    const { code, out } = await runCommand(['check', ...names, '--connectors', connectors])
    return {
      code,
      lines: out
        .trim()
        .split('\n')
        .map((line) => line.replace(`${connectors}/`, '')),
    }
  }
  const a = expect.stringMatching(/^a\.bpmn:9:1: error: order\/Start activationCondition: found /)
  const b = expect.stringMatching(/^b\.bpmn:9:1: warning: b\/Start activationCondition: there is no variable “boddy”/)
  expect(await told()).toEqual({ code: 1, lines: [a, b, '2 connectors: 1 error, 1 warning'] })
  expect(await told('b')).toEqual({ code: 0, lines: [b, '1 connector: 0 errors, 1 warning'] })
})
