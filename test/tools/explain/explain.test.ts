import { expect, test } from 'vitest'
import { runCommand } from '../../support/command.ts'

const explain = (argument: string, input = '') => runCommand(['explain', argument], { input })
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

test('a file is explained to people', async () => {
  const { out, code } = await explain('connectors/orders.json')
  expect(code).toBe(0)
  expect(out).toContain('{"messageAttributes":{"type":{"stringValue":["OrderPlaced"]}}}')
  expect(out).toContain('left to the function: body.amount > 0 (OrderPlaced)')
})

test('lines are explained to programs, one answer a line, faults among them', async () => {
  const { out } = await explain('--lines', [connector('messageAttributes.t.stringValue = "a"'), '{', connector('1 +')].join('\n'))
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { filterCriteria: [{ messageAttributes: { t: { stringValue: ['a'] } } }], notPushedDown: [] },
    { faults: [expect.objectContaining({ expected: 'a JSON object' })] },
    { faults: [expect.objectContaining({ path: 'elements[0].activationCondition' })] },
  ])
})

test('a faulty file is told with its faults, and no file with how to call it', async () => {
  expect(await explain('test/examples/faulty/orders.json')).toMatchObject({ code: 1, error: expect.stringContaining('activationCondtion') })
  expect(await explain('nothing')).toMatchObject({ code: 2, error: expect.stringContaining('Usage') })
})
