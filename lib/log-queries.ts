import type { ILogGroup } from 'aws-cdk-lib/aws-logs'
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

interface SavedQuery {
  readonly id: string
  readonly name: string
  readonly query: ConstructorParameters<typeof QueryString>[0]
}

/** Of the function's log line a message; in a folder of CloudWatch Logs Insights which is named for the connector. */
const QUERIES: readonly SavedQuery[] = [
  {
    id: 'WhatBecameOf',
    name: 'What became of message (put its id)',
    query: {
      fields: [
        '@timestamp',
        'outcome',
        'reason',
        'elementId',
        'receiveCount',
        'processInstanceKey',
        'messageKey',
        'durationMs',
        'traceHeader',
      ],
      filterStatements: ['messageId = "MESSAGE_ID" or deadLetterMessageId = "MESSAGE_ID"'],
      sort: '@timestamp asc',
    },
  },
  {
    id: 'Reasons',
    name: 'Reasons, the most frequent first',
    query: {
      filterStatements: ['ispresent(reason) and ispresent(outcome)'],
      statsStatements: ['count(*) as messages, latest(@timestamp) as last by outcome, elementId, reason'],
      sort: 'messages desc',
      limit: 100,
    },
  },
  {
    id: 'Slowest',
    name: 'Slowest messages',
    query: {
      fields: ['@timestamp', 'durationMs', 'messageId', 'elementId', 'outcome', 'reason'],
      filterStatements: ['ispresent(durationMs)'],
      sort: 'durationMs desc',
      limit: 50,
    },
  },
  {
    id: 'FailedInvocations',
    name: 'Invocations that failed',
    query: {
      fields: ['@timestamp', '@requestId', '@duration', '@maxMemoryUsed', '@message'],
      filterStatements: ['@message like /Status: (timeout|error)|"status":"(timeout|error|failure)"|Runtime\\.|Task timed out/'],
      sort: '@timestamp desc',
      limit: 50,
    },
  },
  {
    id: 'FaultsOfTheFunction',
    name: 'Errors beside messages',
    query: {
      fields: ['@timestamp', 'level', 'message', 'reason', 'messageIds.0'],
      filterStatements: ['level in ["WARN", "ERROR"] and not ispresent(outcome)'],
      sort: '@timestamp desc',
      limit: 50,
    },
  },
  {
    id: 'OftenReceived',
    name: 'Messages that came more than twice',
    query: {
      filterStatements: ['receiveCount > 2'],
      statsStatements: ['max(receiveCount) as receives, latest(outcome) as lastOutcome, latest(reason) as lastReason by messageId'],
      sort: 'receives desc',
      limit: 100,
    },
  },
]

/** The query for reasons as a text, for the dashboard. */
export const REASONS = new QueryString(QUERIES.find(({ id }) => id === 'Reasons')?.query).toString()

export function addLogQueries(scope: Construct, connector: string, logGroup: ILogGroup) {
  for (const { id, name, query } of QUERIES)
    new QueryDefinition(scope, `${id}Query`, {
      queryDefinitionName: `camunda-sqs-bridge/${connector}/${name}`,
      queryString: new QueryString(query),
      logGroups: [logGroup],
    })
}
