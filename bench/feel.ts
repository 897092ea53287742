import { parseArgs } from 'node:util'
import { evaluate } from 'feelin'
import { type FeelExpression, parseFeel } from '../lambda/feel/feel.ts'
import { type JsonObject, toJsonText } from '../lambda/json/json.ts'
import { startFeelEngine } from '../local/engines/feel-engine.ts'
import { findJdk, jdkNotFound } from '../local/engines/jdk.ts'
import { writeFigures } from './figures-file.ts'
import { thisMachine } from './machine.ts'

/**
 * What an evaluation costs, from the parsed message to the value's JSON: ours, parsed once; feelin, which parses at each call; and Camunda's
 * own wrapper on a warm JVM, where a JDK is found, by the clock. `npm run bench:feel`
 */

const EXPRESSIONS = {
  'condition: an attribute': 'messageAttributes.type.stringValue = "OrderPlaced"',
  'condition: one path': 'body.customer.address.country = "DE"',
  'condition: two paths': 'body.amount > 100 and body.customer.tier = "gold"',
  'condition: a filter': 'count(body.items[price > 10 and active]) > 0',
  'condition: some': 'some item in body.items satisfies item.qty >= 1000',
  'mapping: fields':
    '{orderId: body.orderId, customer: body.customer.name, type: messageAttributes.type.stringValue, amount: body.amount * 1.19}',
  'mapping: lines': '{orderId: body.orderId, total: sum(for i in body.items return i.price * i.qty), skus: body.items.sku}',
  'mapping: texts':
    '{name: upper case(body.customer.name), domain: substring after(body.customer.email, "@"), tags: string join(body.tags, ", "), urgent: contains(body.note, "urgent")}',
} as const
const SIZES = { '2 KB': 2_000, '100 KB': 100_000 } as const

const ROUNDS = 5
const MILLIS = 120

const { values } = parseArgs({ options: { json: { type: 'string' } } })
const machine = thisMachine()
const jdk = await findJdk()
if (!jdk) console.log(`Camunda's engine is left out: ${jdkNotFound()}`)
const engine = jdk && (await startFeelEngine(jdk))
const lowest: string[] = []
const sizes: FeelSize[] = []

for (const [size, length] of Object.entries(SIZES)) {
  const context = message(length)
  const rows: Row[] = []
  for (const [name, expression] of Object.entries(EXPRESSIONS)) {
    const compiled = parsed(expression)
    const ours = microseconds(() => toJsonText(evaluated(compiled, context)))
    const feelin = microseconds(() => JSON.stringify(evaluate(expression, context as Record<string, unknown>, 'camunda').value))
    const [jvm] = engine ? await engine.ask([{ expression, context, rounds: ROUNDS, millis: MILLIS }]) : []
    rows.push({ name, ours, feelin, jvm: jvm && Number(jvm.microseconds) })
  }
  sizes.push({ size, rows })
  print(size, toJsonText(context).length, rows)
  lowest.push(`feelin / ours (${size}): ${lowestOf(rows.map(({ ours, feelin }) => feelin / ours))}`)
  if (engine) lowest.push(`Camunda JVM / ours (${size}): ${lowestOf(rows.map(({ ours, jvm = 0 }) => jvm / ours))}`)
}
await engine?.stop()
console.log(lowest.join('\n'))
if (values.json !== undefined) writeFigures(values.json, { machine, sizes })

export interface FeelSize {
  readonly size: string
  readonly rows: readonly Row[]
}

interface Row {
  name: string
  /** Microseconds. */
  ours: number
  feelin: number
  jvm: number | undefined
}

/** The median of some rounds, after one to warm up. */
function microseconds(work: () => unknown): number {
  round(work, MILLIS * ROUNDS)
  const rounds = Array.from({ length: ROUNDS }, () => round(work, MILLIS))
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number
}

/** Microseconds of this process, and not of the clock: whatever else the machine does counts less. */
function round(work: () => unknown, millis: number): number {
  const before = process.cpuUsage()
  let count = 0
  let spent = 0
  while (spent < millis * 1_000) {
    for (let i = 0; i < 10; i++) work()
    count += 10
    const { user, system } = process.cpuUsage(before)
    spent = user + system
  }
  return spent / count
}

function parsed(text: string): FeelExpression {
  const result = parseFeel(text)
  if (result.kind === 'parsed') return result.expression
  throw new Error(`${text}: ${result.message}`)
}

function evaluated(expression: FeelExpression, context: JsonObject) {
  const result = expression.evaluate(context)
  if (result.kind === 'value') return result.value
  throw new Error(`${expression.text}: ${result.reason}`)
}

function print(size: string, length: number, rows: readonly Row[]) {
  console.log(`\nA message of ${size} (${length} characters of JSON), µs for each evaluation\n`)
  console.log(`${''.padEnd(26)}${['ours', 'feelin', '÷ ours', 'JVM', '÷ ours'].map((title) => title.padStart(10)).join('')}`)
  for (const { name, ours, feelin, jvm } of rows) {
    const figures = [
      ours.toFixed(2),
      feelin.toFixed(1),
      ratio(feelin / ours),
      ...(jvm === undefined ? [] : [jvm.toFixed(1), ratio(jvm / ours)]),
    ]
    console.log(`${name.padEnd(26)}${figures.map((figure) => figure.padStart(10)).join('')}`)
  }
  console.log()
}

function lowestOf(ratios: readonly number[]): string {
  return ratio(Math.min(...ratios))
}

function ratio(number: number): string {
  return number.toFixed(number < 10 ? 1 : 0)
}

/** An order of so many characters of JSON, most of them its lines. */
function message(length: number): JsonObject {
  const items: JsonObject[] = []
  const context = {
    messageId: '5fea7756-0ea4-451a-a703-a558b933e274',
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    mD5OfBody: '7b270e59b47ff90a553787216d55d91d',
    mD5OfMessageAttributes: 'd25a6aea97eb8f585bfa92d314504a92',
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1774000000000', SenderId: 'AIDAIENQZJOLO23YVJ4VO' },
    messageAttributes: {
      type: { stringValue: 'OrderPlaced', dataType: 'String', binaryValue: null, stringListValues: [], binaryListValues: [] },
    },
    body: {
      orderId: 'A-4711',
      amount: 129.9,
      note: 'please deliver to the neighbour, it is not urgent',
      customer: { name: 'Ada Lovelace', email: 'ada@example.org', tier: 'gold', address: { city: 'Köln', country: 'DE' } },
      tags: ['new', 'web', 'gift'],
      items,
    },
  }
  for (let i = 0; toJsonText(context).length < length && i < 5_000; i++)
    items.push({ sku: `SKU-${i}`, name: `Article number ${i}`, price: (500 + (i % 40) * 55) / 100, qty: 1 + (i % 5), active: i % 3 !== 0 })
  return context
}
