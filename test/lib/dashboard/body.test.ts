import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dashboardBodyOf } from '../../../lib/dashboard/body.ts'
import { runCommand } from '../../support/command.ts'
import { connectorFiles, orderPlaced } from '../connector-files.ts'

const RESOURCES = {
  Queue4A7E3555: { Type: 'AWS::SQS::Queue', Properties: {} },
  DeadLetterQueue9F481546: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders-dead-letters' } },
  DeadLettersAlarm0123ABCD: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
  Function76856677: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: { Ref: 'Other' } } },
}

function templateOf(DashboardBody: unknown, more = {}) {
  return { Resources: { ...RESOURCES, Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody } }, ...more } }
}

/** In a text of a widget, what becomes of it. */
function resolved(value: unknown): unknown {
  const body = { 'Fn::Join': ['', ['{"widgets":[{"type":"text","properties":{"markdown":"', value, '"}}]}']] }
  return dashboardBodyOf(templateOf(body))?.widgets[0]?.properties.markdown
}

// biome-ignore format: table
test.each([
  ['a text',                          'as it is',                                                   'as it is'],
  ['a resource without a name',       { Ref: 'Queue4A7E3555' },                                     'Queue'],
  ['a resource with a name',          { 'Fn::GetAtt': ['DeadLetterQueue9F481546', 'QueueName'] },   'orders-dead-letters'],
  ['a name that is a reference',      { Ref: 'Function76856677' },                                  'Function'],
  ['an ARN',                          { 'Fn::GetAtt': ['DeadLettersAlarm0123ABCD', 'Arn'] },        'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:DeadLettersAlarm'],
  ['an attribute with a dot',         { 'Fn::GetAtt': 'Queue4A7E3555.QueueName' },                  'Queue'],
  ['the region',                      { Ref: 'AWS::Region' },                                       'eu-central-1'],
  ['a join of a join',                { 'Fn::Join': ['-', ['a', { 'Fn::Join': ['', ['b', 'c']] }]] }, 'a-bc'],
  ['a part of a split',               { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] },         'b'],
  ['a resource that is not there',    { Ref: 'Parameter' },                                         'Parameter'],
])('%s of the template has a readable name', (_, value, expected) => {
  expect(resolved(value)).toBe(expected)
})

test('a body that is a text is that', () => {
  expect(dashboardBodyOf(templateOf('{"start":"-PT3H","widgets":[]}'))).toEqual({ start: '-PT3H', widgets: [] })
})

test('a stack without a dashboard has no body', () => {
  expect(dashboardBodyOf({ Resources: RESOURCES })).toBeUndefined()
})

test('of several dashboards there is no telling which is meant', () => {
  const another = { Another: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody: '{"widgets":[]}' } } }
  expect(() => dashboardBodyOf(templateOf('{"widgets":[]}', another))).toThrow('several dashboards: Dashboard, Another')
})

test('what cannot be resolved is named', () => {
  expect(() => resolved({ 'Fn::ImportValue': 'x' })).toThrow('{"Fn::ImportValue":"x"}')
})

describe('dashboard', { timeout: 60_000 }, () => {
  async function run(...args: string[]) {
    const cwd = mkdtempSync(join(tmpdir(), 'dashboard-'))
    onTestFinished(() => rmSync(cwd, { recursive: true }))
    return { ...(await runCommand(['dashboard', ...args], { cwd })), file: (name: string) => readFileSync(join(cwd, name), 'utf8') }
  }

  test('draws the dashboard of a connector, the same each time', async () => {
    const connectors = connectorFiles({ 'orders.json': { elements: [orderPlaced] } })
    const [first, second] = await Promise.all([
      run('orders', '--connectors', connectors),
      run('orders', '--connectors', connectors, '--output', 'other.svg'),
    ])
    expect(first).toMatchObject({ code: 0, out: 'orders-dashboard.svg\n', error: '' })
    expect(first.file('orders-dashboard.svg')).toMatch(/^<svg .*<\/svg>\n$/s)
    expect(second.file('other.svg')).toBe(first.file('orders-dashboard.svg'))
  })

  test('goes to the path that one names: a file or a directory, which need not be there', async () => {
    const connectors = connectorFiles({ 'orders.json': { elements: [orderPlaced] } })
    const elsewhere = connectorFiles({})
    const [file, directory, absolute] = await Promise.all(
      ['new/deep/a.svg', 'other/', elsewhere].map((output) => run('orders', '--connectors', connectors, '--output', output)),
    )
    expect(file).toMatchObject({ code: 0, out: 'new/deep/a.svg\n' })
    expect(file?.file('new/deep/a.svg')).toMatch(/^<svg /)
    expect(directory).toMatchObject({ code: 0, out: 'other/orders-dashboard.svg\n' })
    expect(absolute).toMatchObject({ code: 0, out: `${join(elsewhere, 'orders-dashboard.svg')}\n` })
  })

  test('prints its body in place of that', async () => {
    const { out } = await run('orders', '--json', '--connectors', connectorFiles({ 'orders.json': { elements: [orderPlaced] } }))
    expect(JSON.parse(out).widgets).toContainEqual(expect.objectContaining({ type: 'metric' }))
    expect(out).not.toMatch(/Fn::|\$\{Token/)
  })

  // biome-ignore format: table
  test.each([
    ['without a connector',               [],                                    2, 'missing required argument \'connector\''],
    ['with both ways to answer',          ['orders', '--json', '--output', 'x'], 2, 'Either --json or --output.'],
    ['with a connector that is not there', ['other'],                            2, 'other.json'],
    ['with no connector’s name',          ['../other'],                         2, 'is no connector’s name'],
  ])('%s says what is wrong', async (_, args, code, message) => {
    const answer = await run(...args, '--connectors', connectorFiles({ 'orders.json': { elements: [orderPlaced] } }))
    expect(answer).toMatchObject({ code, out: '', error: expect.stringContaining(message) })
  })
})
