import { expect, test } from 'vitest'
import { orderPlaced } from './connector-files.ts'
import { templateOf } from './stacks.ts'

const QUERY = 'AWS::Logs::QueryDefinition'
/** Of the line which the function logs of each message. */
const FIELDS =
  /^(level|message|messageIds|messageId|messageGroupId|receiveCount|elementId|outcome|reason|processInstanceKey|messageKey|deadLetterMessageId|durationMs|configurationVersion|traceHeader)$/

const queries = () =>
  Object.values(templateOf({ elements: [orderPlaced] }).findResources(QUERY)).map(
    ({ Properties }) => Properties as { Name: string; QueryString: string; LogGroupNames: unknown[] },
  )

test('are in a folder of the connector, on the function’s log alone', () => {
  expect(queries()).toHaveLength(6)
  for (const { Name, LogGroupNames } of queries()) {
    expect(Name).toMatch(/^camunda-sqs-bridge\/orders\/./)
    expect(LogGroupNames).toEqual([{ Ref: expect.stringMatching(/^Log/) }])
  }
})

test('ask for fields which the function logs, and for what they count', () => {
  for (const { QueryString } of queries()) {
    const named = [...QueryString.matchAll(/\b(?:as )(\w+)/g)].map(([, name]) => name)
    const words = QueryString.replace(/"[^"]*"|\/.*\//g, '').match(/@?\b[a-zA-Z]\w*\b/g) ?? []
    const keywords = /^(fields|filter|sort|stats|limit|by|asc|desc|and|or|not|in|like|as|count|latest|max|ispresent|@timestamp|timestamp)$/
    // Lambda's own.
    const discovered = /^@?(requestId|duration|maxMemoryUsed|message)$/
    expect(words.filter((word) => !keywords.test(word) && !discovered.test(word) && !FIELDS.test(word) && !named.includes(word))).toEqual(
      [],
    )
  }
})
