import type { MeasuredCell } from '../bridge/cells.ts'
import type { SideResult } from '../bridge/measure.ts'
import type { CostRow } from '../cost/parts.ts'
import type { Machine } from '../machine.ts'
import type { Spread } from '../statistics.ts'
import { setUpOf } from './pictures.ts'
import type { Results } from './results.ts'

/** docs/NUMBERS.md, from what was measured. What has not been measured yet has no section. */
export function pageOf(results: Partial<Results>): string {
  const { throughput, latency, sizes, memory, cost, feel } = results
  return `${[
    HEAD,
    throughput && throughputSection(throughput),
    sizes && sizesSection(sizes),
    latency && latencySection(latency),
    memory && memorySection(memory),
    cost && costSection(cost),
    feel && feelSection(feel),
  ]
    .filter((section) => section !== undefined)
    .join('\n\n')}\n`
}

const HEAD = `# Numbers

**Not measured:** AWS and Camunda themselves. There was no Lambda, no SQS and no cluster; no TLS, no token, and no network but the loopback. Lambda and its
event-source mapping, SQS and Camunda's gateway were the stand-ins of this repository, on one machine which all sides share. Camunda's own connector is
not among the peers: nothing of it is in this repository, and the bench takes it, as any other consumer, by \`--peer 'COMMAND'\`.

So take the ratios, not the figures: both sides of a ratio were measured one right after the other, each on the same server and gateway. A range in
parentheses is from the least to the greatest of the repetitions, and a ratio is the median of the pairs. Every message of every run has started exactly
one instance, and none was left; a run in which that is not so fails.

\`npm run bench:page\` measures everything anew and writes this page; [CONTRIBUTING.md](../CONTRIBUTING.md#oracles-and-benches) has the parts.`

function throughputSection({ machine, sqs, cells }: Results['throughput']): string {
  const groups = Map.groupBy(cells, ({ peer }) => peer.name)
  return [
    `## Messages a second`,
    `![Messages a second of the bridge, as a multiple of each peer’s](numbers-throughput.svg)`,
    `\`npm run bench -- --peer PEER --service 0,20,50 --environments N --batch N\`; ${on(machine)}; SQS by ${sqs}. Messages of ${bytesOf(cells)} bytes, an activation
condition and a result expression in FEEL, a log line for each and its metrics. An environment is one process of the function; with batches of N it
has N messages at Camunda at a time, by default. *4 × 10* are four environments with batches of 10; *1 × 100 (40)* is
one, with batches of 100 of which 40 are at Camunda at a time (\`eventSource.concurrency\`). Processor seconds for a thousand messages and peak
memory are those of all processes of the bridge, and of the peer's.`,
    ...[...groups].map(([peer, of]) => `${PEERS.find(([pattern]) => pattern.test(peer))?.[1] ?? peer}:\n\n${throughputTable(of)}`),
  ].join('\n\n')
}

/** What the peers are. */
const PEERS: readonly [pattern: RegExp, text: string][] = [
  [
    /^one at a time/,
    'Against a consumer that takes one message at a time and makes three calls for it: receive, start, delete (`serial-consumer`)',
  ],
  [/^Camel route, 10/, 'Against a route of Apache Camel, tuned, without FEEL, logs and metrics, with ten consumers (`camel:10`)'],
  [/^Camel route, 40/, 'Against the same route with forty consumers (`camel:40`)'],
  [/^raw Node loop/, 'Against a raw loop of Node without FEEL, logs, metrics and retries, which has 40 messages in flight (`node-loop`)'],
]

function throughputTable(cells: readonly MeasuredCell[]): string {
  return table(
    ['Camunda', 'Bridge', 'Bridge, msg/s', 'Peer, msg/s', 'Ratio', 'CPU s/1,000', 'Peak MiB', 'Load'],
    cells.map(({ serviceTime, ours, peer, ratio, ...cell }) => [
      `${serviceTime} ms`,
      setUpOf(cell),
      spread(ours.messagesPerSecond, 0),
      spread(peer.messagesPerSecond, 0),
      `**${number(ratio.median, 2)}** (${number(ratio.least, 2)}–${number(ratio.greatest, 2)})`,
      `${middle(ours, 'processorSecondsPerThousand', 2)}/${middle(peer, 'processorSecondsPerThousand', 2)}`,
      `${middle(ours, 'peakMemory', 0)}/${middle(peer, 'peakMemory', 0)}`,
      loadOf([...ours.runs, ...peer.runs].map(({ load }) => load)),
    ]),
  )
}

function bytesOf(cells: readonly MeasuredCell[]): string {
  return [...new Set(cells.map(({ bytes }) => bytes))].join(' and ')
}

function sizesSection({ machine, sizes }: Results['sizes']): string {
  const batches = [...new Set(sizes.map(({ batchSize }) => batchSize))]
  const megabytes = [...new Set(sizes.map((size) => size.megabytes))]
  return [
    `## One environment, by its memory`,
    `![Messages a second of one environment by memory size](numbers-sizes.svg)`,
    `Lambda gives a function a share of a processor with its memory, a whole one at 1,769 MB. The environment got that share by a control group of Linux;
Camunda answered after 20 ms, messages had 1,000 bytes. \`npm run bench:page -- --only sizes\`; ${on(machine)}.`,
    table(
      ['Memory', 'Share of a processor', ...batches.map((batch) => `Messages/s, batches of ${batch}`)],
      megabytes.map((size) => [
        `${size.toLocaleString('en')} MB`,
        number(size / 1_769, 2),
        ...batches.map((batch) => {
          const found = sizes.find(({ megabytes, batchSize }) => megabytes === size && batchSize === batch)
          return found ? spread(found.messagesPerSecond, 0) : '–'
        }),
      ]),
    ),
  ].join('\n\n')
}

function latencySection({ machine, perSecond, sides }: Results['latency']): string {
  return [
    `## From a message's sending to Camunda`,
    `Messages come one by one, ${perSecond} a second, and Camunda answers after 20 ms: milliseconds from before a message was sent to the arrival of its request at the
gateway. \`npm run bench:page -- --only latency\`; ${on(machine)}.`,
    table(
      ['', 'Messages', 'Half within', '95 % within', '99 % within', 'Longest'],
      sides.map(({ name, messages, half, of95, of99, most }) => [
        name,
        String(messages),
        ...[half, of95, of99, most].map((millis) => `${number(millis, 0)} ms`),
      ]),
    ),
  ].join('\n\n')
}

function memorySection({ machine, messages, series }: Results['memory']): string {
  const steps = series[0]?.levels.map((_, index, levels) => ((index + 1) * messages) / levels.length) ?? []
  return [
    `## Memory`,
    `![Resident memory of one environment](numbers-memory.svg)`,
    `One environment, batches of 10, messages of 1,000 bytes: MiB resident after so many messages. Of 512 MB, of which Lambda's start script
derives V8's limits; the stack of this build sets a lower one for the young generation, which stays then ([ADR 23](adr/023-the-way-of-a-message.md)).
\`npm run bench:page -- --only memory\`; ${on(machine)}.`,
    table(
      ['Messages', ...series.map(({ name }) => name)],
      steps.map((step, index) => [step.toLocaleString('en'), ...series.map(({ levels }) => String(levels[index]))]),
    ),
  ].join('\n\n')
}

function costSection({ machine, rows, packages, parts }: Results['cost']): string {
  const growth = rows.filter(({ name }) => / of \d[\d,.]* (keys|KB|MB)$/.test(name))
  const others = rows.filter((row) => !growth.includes(row))
  const baseline = rows.some((row) => row.baseline) ? '; the baseline is an earlier build (`--baseline DIRECTORY`)' : ''
  return [
    `## Start, processor time, growth`,
    `\`npm run bench:cost\`; ${on(machine)}${baseline}. Messages of 1 KB are handed to the handler in its own process, whole bodies become variables.`,
    costTable(others),
    `How it grows with a body. ${growthOfKeys(growth)}`,
    costTable(growth),
    `Where the time of a message of 1 KB goes, by a profile of the sources. Its samples are by the clock, so what other work the machine does is in them:`,
    table(
      ['Part', 'µs'],
      parts.map(({ name, micros }) => [name, number(micros, 0)]),
    ),
    `What a cold start loads:`,
    table(
      ['Package', 'KiB'],
      packages.filter(({ bytes }) => bytes >= 4_096).map(({ name, bytes }) => [name, number(bytes / 1_024, 0)]),
    ),
  ].join('\n\n')
}

/** Ten times the keys, so many times the time; and of V8's own part of it. */
function growthOfKeys(growth: readonly CostRow[]): string {
  const [messages, json] = ['a message of', 'JSON.parse'].map((begin) => {
    const keys = growth.filter(({ name }) => name.startsWith(begin) && name.endsWith('keys'))
    return keys.slice(1).map((row, index) => number(row.ours.median / (keys[index]?.ours.median ?? Number.NaN), 1))
  }) as [string[], string[]]
  if (messages.length === 0) return ''
  const alone = json.length === 0 ? '' : `, and those which V8 alone takes to read and write them ${json.join(' and then ')} times`
  return `Ten times the keys take ${messages.join(' and then ')} times the time${alone}.`
}

function costTable(rows: readonly CostRow[]): string {
  const compared = rows.some(({ baseline }) => baseline)
  return table(
    ['', 'Unit', 'This build', ...(compared ? ['Baseline', 'Ratio'] : []), 'Turns'],
    rows.map(({ name, unit, ours, baseline, ratio, turns }) => [
      name
        .replace('process start → first message done, in AWS’s runtime client', 'process start → first message done')
        .replace('traced; baseline: not traced', 'traced (baseline: not)'),
      unit.replace('of the processor', 'of CPU'),
      spread(ours, ours.median < 10 ? 1 : 0),
      ...(compared ? [baseline ? spread(baseline, 0) : '', ratio ? `**${number(ratio.median, 2)}**` : ''] : []),
      String(turns),
    ]),
  )
}

function feelSection({ machine, sizes }: Results['feel']): string {
  const jvm = sizes.some(({ rows }) => rows.some((row) => row.jvm !== undefined))
  return [
    `## FEEL`,
    `\`npm run bench:feel\`; ${on(machine)}. An evaluation, from the parsed message to the JSON of its value: this engine, which parses once; feelin, which parses
each time${jvm ? '; and Camunda’s engine on a warm JVM, by the clock, where the others are by the processor' : ''}. Medians of five rounds.`,
    ...sizes.map(({ size, rows }) =>
      table(
        [`A message of ${size}`, 'µs', 'feelin, µs', 'times', ...(jvm ? ['JVM, µs', 'times'] : [])],
        rows.map(({ name, ours, feelin, jvm: ofJvm }) => [
          name,
          number(ours, 2),
          number(feelin, 0),
          `**${number(feelin / ours, 0)}**`,
          ...(jvm && ofJvm !== undefined ? [number(ofJvm, 0), number(ofJvm / ours, 0)] : []),
        ]),
      ),
    ),
  ].join('\n\n')
}

// ── Figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

function on({ processors, memory, system, node, load, date }: Machine): string {
  return `${processors}, ${memory}, ${system}, Node ${node}, on ${date}, load ${load} at the start`
}

function middle({ runs }: SideResult, what: 'processorSecondsPerThousand' | 'peakMemory', digits: number): string {
  const known = runs.flatMap((run) => run[what] ?? []).sort((a, b) => a - b)
  const value = known[Math.floor(known.length / 2)]
  return value === undefined ? '–' : number(value, digits)
}

function loadOf(loads: readonly number[]): string {
  return `${number(Math.min(...loads), 0)}–${number(Math.max(...loads), 0)}`
}

function spread({ median, least, greatest }: Spread, digits: number): string {
  return least === greatest ? number(median, digits) : `${number(median, digits)} (${number(least, digits)}–${number(greatest, digits)})`
}

function number(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '-')), ...rows.map(line)].join('\n')
}
