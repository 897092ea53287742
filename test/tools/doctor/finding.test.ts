import { expect, test } from 'vitest'
import { examinationReport, ok, warn } from '../../../tools/doctor/finding.ts'

const FINDINGS = [
  ok('stack', 'camunda-sqs-bridge-orders'),
  warn('queue.retention', 'the queue keeps a message for four days, no longer', 'let it keep them for fourteen'),
]

test('in a terminal the sentences are in lines that fit, each below where it began', () => {
  expect(examinationReport(FINDINGS, 64)).toBe(
    [
      'ok    stack            camunda-sqs-bridge-orders',
      'warn  queue.retention  the queue keeps a message for four days,',
      '                       no longer',
      '                       → let it keep them for fourteen',
      '',
      '0 errors, 1 warning, 1 check ok',
    ].join('\n'),
  )
})

test('where there is no terminal each sentence is one line', () => {
  expect(examinationReport(FINDINGS, undefined)).toContain('  the queue keeps a message for four days, no longer\n')
})
