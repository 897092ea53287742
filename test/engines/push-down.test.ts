import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { SQSRecord } from 'aws-lambda'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { activate } from '../../lambda/core/activation.ts'
import { filterCriteria } from '../../lambda/core/filter-criteria.ts'
import { toSqsMessage } from '../../lambda/core/sqs-message.ts'
import { fetchArtifacts } from '../../local/engines/maven-central.ts'
import { recordFilter, toFilterEvent } from '../../tools/filters/filter-matcher.ts'
import { bodyCondition, condition, jsonRecord, names, record } from '../support/conditions.ts'
import { connector, startEvent } from '../support/connectors.ts'
import { describeWithEngines, enginesJdk } from '../support/engines.ts'
import { eventRuler } from '../support/event-ruler-artifacts.ts'
import { BUCKET, toPointer } from '../support/pointers.ts'

vi.setConfig({ testTimeout: 1_200_000 })

/** More take longer; 200,000 are two minutes. */
const { EVENT_RULER_MESSAGES = '40000' } = process.env
const MESSAGES_EACH = 20
const CONDITIONS = Math.ceil(Number(EVENT_RULER_MESSAGES) / MESSAGES_EACH)

const messages = (one: fc.Arbitrary<SQSRecord>) => fc.array(one, { minLength: MESSAGES_EACH, maxLength: MESSAGES_EACH })
const aboutAttributes = fc.record({
  filterCriteria: fc.constant('attributes'),
  activationCondition: condition,
  messageAttributeNames: names,
  records: messages(record),
})
const aboutBodies = fc.record({
  filterCriteria: fc.constant('body'),
  activationCondition: bodyCondition,
  messageAttributeNames: names,
  records: messages(jsonRecord),
})

const withPointers = fc.record({
  filterCriteria: fc.constantFrom('attributes', 'body'),
  activationCondition: fc.oneof(condition, bodyCondition),
  messageAttributeNames: names,
  records: messages(fc.oneof(record, jsonRecord)),
  largePayloads: fc.constant({ bucket: BUCKET }),
})

/** @returns for each question the answers of AWS's event-ruler: 1 where an event comes through, 0 where it does not */
async function askEventRuler(questions: readonly { patterns: readonly object[]; events: readonly string[] }[]): Promise<string[]> {
  const classPath = (await fetchArtifacts(eventRuler)).join(delimiter)
  const java = spawn(enginesJdk().java, ['-cp', classPath, fileURLToPath(new URL('EventRuler.java', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  java.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''))
  return (await text(java.stdout)).trim().split('\n')
}

describeWithEngines('the law of push-down, with AWS’s own event-ruler as the judge', () => {
  test('of random messages with attributes of every shape none is turned away whose outcome is anything but ActivationConditionNotMet', async () => {
    const seed = Date.now() & 0x7fffffff
    const sample = fc.sample(fc.oneof({ weight: 4, arbitrary: aboutAttributes }, aboutBodies, withPointers), { numRuns: CONDITIONS, seed })
    const cases = sample.flatMap(({ filterCriteria: mode, activationCondition, messageAttributeNames, records: bodies, ...given }) => {
      const { largePayloads } = given as { readonly largePayloads?: object }
      const parsed = connector({
        queue: { messageAttributeNames, ...(largePayloads && { largePayloads }) },
        eventSource: { filterCriteria: mode },
        elements: [startEvent({ activationCondition, consumeUnmatchedEvents: true })],
      })
      const { patterns } = filterCriteria(parsed)
      // What Lambda sees of it, where its body is in S3.
      const records = largePayloads ? bodies.map((one, at) => (at % 2 === 0 ? toPointer(one, 'key') : one)) : bodies
      return patterns.length === 0 ? [] : [{ activationCondition, parsed, patterns, records, bodies }]
    })
    const answers = await askEventRuler(cases.map(({ patterns, records }) => ({ patterns, events: records.map(toFilterEvent) })))
    expect(answers).toHaveLength(cases.length)

    let [unmatched, filtered] = [0, 0]
    for (const [index, { activationCondition, parsed, patterns, records, bodies }] of cases.entries()) {
      const answer = answers[index] ?? ''
      expect({ seed, activationCondition, answer }).toMatchObject({ answer: expect.stringMatching(/^[01]+$/) })
      const passes = recordFilter(patterns)
      for (const [at, one] of records.entries()) {
        const comes = answer[at] === '1'
        const { body = '' } = bodies[at] ?? {}
        const outcome = activate(parsed, toSqsMessage({ ...one, body }, parsed.queue)).kind
        expect({ seed, activationCondition, one, comes: passes(one) }, 'our own matcher agrees').toMatchObject({ comes })
        if (outcome !== 'ActivationConditionNotMet')
          expect({ seed, activationCondition, patterns, one, outcome, comes }).toMatchObject({ comes: true })
        else [unmatched, filtered] = [unmatched + 1, filtered + (comes ? 0 : 1)]
      }
    }
    const share = Math.round((100 * filtered) / unmatched)
    console.log(
      `event-ruler: seed ${seed}, ${CONDITIONS * MESSAGES_EACH} messages, ${cases.length} of ${CONDITIONS} conditions have a filter; 0 lost, ${share} % of their unmatched messages filtered out`,
    )
    expect(share).toBeGreaterThan(50)
  })
})
