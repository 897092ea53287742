import { describe, expect, test } from 'vitest'
import { activate } from '../../../lambda/core/activation.ts'
import { filterCriteria } from '../../../lambda/core/filter-criteria.ts'
import { type SqsMessage, toSqsMessage } from '../../../lambda/core/sqs-message.ts'
import { recordFilter } from '../../../tools/filters/filter-matcher.ts'
import { connector, startEvent } from '../../support/connectors.ts'
import { sqsRecord, stringAttributes } from '../../support/sqs.ts'

/** What the push-down takes for never failing does not fail on the largest messages there are, however often a condition says it. */

const MiB = 1_048_576
const listOf = (item: string, bytes = MiB) => `[${Array.from({ length: Math.floor((bytes - 2) / (item.length + 1)) }, () => item).join()}]`

const recordWith = (body: string, t: string) => sqsRecord({ body, messageAttributes: stringAttributes({ t, u: 'not b' }) })
const hostile = (body: string, t: string) => toSqsMessage(recordWith(body, t), { attributeNames: [], messageAttributeNames: [] })
const TEXTS = ['a'.repeat(MiB), 'ΐ'.repeat(MiB / 2), ' '.repeat(MiB), '9'.repeat(MiB), `1e-${'9'.repeat(9)}`].map((text) =>
  hostile('{}', text),
)
const BODIES = [
  listOf('1'),
  listOf('[]'),
  listOf('{}'),
  listOf('[1]'),
  `{"l":${listOf('1', MiB / 2 - 8)},"m":${listOf('1', MiB / 2 - 8)}}`,
  `{"l":${listOf('[]', MiB / 2 - 8)},"m":${listOf('[]', MiB / 2 - 8)}}`,
  `{"l":"${'a'.repeat(MiB - 8)}"}`,
  `{"n":${'9'.repeat(MiB - 8)}}`,
].map((body) => hostile(body, ''))

const of = (activationCondition: string, rest: object = {}) =>
  connector({ ...rest, elements: [startEvent({ activationCondition, consumeUnmatchedEvents: true })] })
const often = (part: string, times: number) =>
  `(${Array.from({ length: times }, () => `(${part})`).join(' or ')}) and messageAttributes.u.stringValue = "b"`
const MANY = 48

/** How often a condition may say it until the filter lets a message through which is not for `u`; it looks at no body. */
function mostOften(part: string, rest: object = {}): number {
  const isFiltered = (times: number) => !recordFilter(filterCriteria(of(often(part, times), rest)).patterns)(recordWith('{}', 'text'))
  return Array.from({ length: MANY }, (_, index) => MANY - index).find(isFiltered) ?? 0
}

const x = 'messageAttributes.t.stringValue'
// biome-ignore format: a table
const ROWS: [string, readonly SqsMessage[], least: number, most: number][] = [
  [`${x} = "q"`,                           TEXTS,  MANY, MANY],
  [`${x} in ("q", "r")`,                   TEXTS,  MANY, MANY],
  [`${x} > "€"`,                           TEXTS,  MANY, MANY],
  [`contains(${x}, "aq")`,                 TEXTS,  10,   MANY - 1],
  [`starts with(${x}, "aq")`,              TEXTS,  10,   MANY - 1],
  [`list contains(["q", "r"], ${x})`,      TEXTS,  10,   MANY - 1],
  [`upper case(${x}) = "q"`,               TEXTS,  5,    20],
  [`upper case(lower case(${x})) = "q"`,   TEXTS,  2,    10],
  [`trim(${x}) = "q"`,                     TEXTS,  5,    20],
  [`string length(${x}) < 0`,              TEXTS,  10,   MANY - 1],
  [`is empty(${x})`,                       TEXTS,  10,   MANY - 1],
  [`number(${x}) < -0.5`,                  TEXTS,  0,    0],
  [`number(${x}) = -0.5`,                  TEXTS,  0,    0],
  [`matches(${x}, "(a|a)+q")`,             TEXTS,  0,    0],
  [`not(${x}) or ${x} = "q"`,              TEXTS,  1,    3],
  ['body.k = "q"',                         BODIES, MANY, MANY],
  ['body.n > 1',                           BODIES, MANY, MANY],
  ['body.a.b.c.d.e.f.g = null',            BODIES, MANY, MANY],
  ['-1 > body.a.b.c.d.e.f.g',              BODIES, MANY, MANY],
  ['body.a.b.c.d.e.f.g in ("q", null, 1)', BODIES, MANY, MANY],
  ['body.a.b.c.d.e.f.g in ["q", "r"]',     BODIES, 0,    0],
  ['body.l in ["q", "r"]',                 BODIES, 1,    3],
  ['body.l.m = body.m.l',                  BODIES, 0,    1],
  ['body.l = body.n',                      BODIES, 0,    2],
  ['body.flag',                            BODIES, 1,    3],
  ['not(body.l)',                          BODIES, 1,    3],
  ['is empty(body.k)',                     BODIES, 1,    3],
  ['count(body.l) < 0',                    BODIES, 1,    3],
  ['list contains(body.l, "q")',           BODIES, 1,    3],
  ['list contains(body.l, body.k)',        BODIES, 0,    1],
  ['upper case(body.l) = "q"',             BODIES, 1,    3],
  ['contains(body.l, body.l)',             BODIES, 0,    0],
  ['(body.a).b = "q"',                     BODIES, 0,    1],
  ['body.n between 1 and 2',               BODIES, 1,    3],
  ['body.l < body.m',                      BODIES, 0,    0],
  ['[body.l] = [body.m]',                  BODIES, 0,    0],
  ['some x in body.l satisfies x = "q"',   BODIES, 0,    0],
]

describe('of bodies in S3, which may be larger, the filter turns away less:', () => {
  const large = { queue: { largePayloads: { bucket: 'bodies', maximumSize: 4 * MiB } } }
  const bodies = [listOf('1', 4 * MiB), listOf('{}', 4 * MiB)].map((body) => hostile(body, ''))

  // biome-ignore format: a table
  test.each([
    ['body.n > 1',            MANY],
    ['body.flag',             0],
    ['count(body.l) < 0',     0],
    [`contains(${x}, "aq")`,  3],
  ])('%s', { timeout: 120_000 }, (part, most) => {
    const times = mostOften(part, large)
    expect(times).toBeLessThanOrEqual(most)
    expect(times).toBeLessThanOrEqual(mostOften(part))
    for (const message of times > 0 ? bodies : [])
      expect(activate(of(often(part, times), large), message)).toMatchObject({ kind: 'ActivationConditionNotMet' })
    const often3 = of(often(part, 3), large)
    if (times < 3) expect(filterCriteria(often3).patterns).toEqual([])
  })
})

describe('however large a message is, what the filter turns away does not fail:', () => {
  test.each(ROWS)('%s', { timeout: 120_000 }, (part, messages, least, most) => {
    const times = mostOften(part)
    expect(times).toBeGreaterThanOrEqual(least)
    expect(times).toBeLessThanOrEqual(most)
    for (const message of times > 0 ? messages : [])
      expect(activate(of(often(part, times)), message)).toMatchObject({ kind: 'ActivationConditionNotMet' })
  })
})
