import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const explain = (argument: string, input = '') =>
  spawnSync(process.execPath, ['tools/commands/explain.ts', argument], { input, encoding: 'utf8' })
const connector = (activationCondition: string) =>
  JSON.stringify({
    elements: [
      {
        elementId: 'E',
        correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'p' },
        consumeUnmatchedEvents: true,
        activationCondition,
      },
    ],
  })

test('a file is explained to people', () => {
  const { stdout, status } = explain('connectors/orders.json')
  expect(status).toBe(0)
  expect(stdout).toContain('{"messageAttributes":{"type":{"stringValue":["OrderPlaced"]}}}')
  expect(stdout).toContain('left to the function: body.amount > 0 (OrderPlaced)')
})

test('lines are explained to programs, one answer a line, faults among them', () => {
  const { stdout } = explain('--lines', [connector('messageAttributes.t.stringValue = "a"'), '{', connector('1 +')].join('\n'))
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { filterCriteria: [{ messageAttributes: { t: { stringValue: ['a'] } } }], notPushedDown: [] },
    { faults: [expect.objectContaining({ expected: 'a JSON object' })] },
    { faults: [expect.objectContaining({ path: 'elements[0].activationCondition' })] },
  ])
})

test('a faulty file is told with its faults, and no file with how to call it', () => {
  expect(explain('test/examples/faulty/orders.json')).toMatchObject({ status: 1, stderr: expect.stringContaining('activationCondtion') })
  expect(explain('nothing')).toMatchObject({ status: 2, stderr: expect.stringContaining('Usage') })
})
