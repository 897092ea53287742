import { readFileSync } from 'node:fs'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import type { DashboardData, LogColumn, MetricQuery } from '../../../lib/dashboard/data.ts'
import { dashboardPicture, type Widget } from '../../../lib/dashboard/picture.ts'
import { widestWidth } from '../../../lib/dashboard/widest-font.ts'

/** Every metric is 1, 2, 3 over the day, and 6 as its sum. */
const one23: DashboardData = ({ period }) => (period === 86_400 ? [6] : [1, 2, 3])

function widget(type: string, properties: object, more: Partial<Widget> = {}): Widget {
  return { type, x: 0, y: 0, width: 12, height: 6, properties: { ...properties }, ...more }
}

function metricWidget(properties: object): Widget {
  return widget('metric', { view: 'timeSeries', metrics: [['N', 'Metric']], ...properties })
}

function picture(widgets: readonly Widget[], dataOf: DashboardData = one23): string {
  return dashboardPicture({ widgets }, dataOf)
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** The texts of a picture, as who sees it reads them. */
function textsIn(svg: string): string[] {
  const plain = (text: string) =>
    text
      .replace(/<[^>]*>/g, '')
      .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
      .replace(/&(\w+);/g, (_, name) => ENTITIES[name] ?? '?')
  return [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text = '']) => plain(text))
}

function shownIn(widgets: Widget | readonly Widget[], dataOf: DashboardData = one23): string[] {
  return textsIn(picture([widgets].flat(), dataOf))
}

/** The metrics which a widget asks for. */
function askedBy(properties: object): MetricQuery[] {
  const asked: MetricQuery[] = []
  picture([metricWidget(properties)], (metric) => {
    asked.push(metric)
    return [1]
  })
  return asked
}

describe('text', () => {
  // biome-ignore format: table
  test.each([
    ['a heading',             '# The orders',                           ['The orders']],
    ['a smaller heading',     '#### The orders ####',                   ['The orders']],
    ['bold text',             'It **is** so',                           ['It is so']],
    ['a link',                'See [the runbook](https://x/y).',        ['See the runbook.']],
    ['a button',              '[button:primary:Open](https://x/y)',     ['Open']],
    ['code',                  'Run `npx camunda-sqs-bridge doctor` *now*.',            ['Run npx camunda-sqs-bridge doctor now.']],
    ['a list',                '- one\n- two',                           ['•', 'one', '•', 'two']],
    ['a numbered list',       '1. one\n2. two',                         ['1.', 'one', '2.', 'two']],
    ['lines of a paragraph',  'one\ntwo\n\nthree',                      ['one two', 'three']],
    ['no markup',             '2 * 3 * 4 and snake_case_name <b>&"',    ['2 * 3 * 4 and snake_case_name <b>&"']],
  ])('shows %s', (_, markdown, expected) => {
    expect(shownIn(widget('text', { markdown }))).toEqual(expected)
  })

  test('is wrapped, and says all words in order', () => {
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ')
    const lines = shownIn(widget('text', { markdown: words }, { width: 6 }))
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.join(' ')).toBe(words)
  })

  test('ends where its widget does', () => {
    const markdown = Array.from({ length: 60 }, (_, index) => `- item ${index}`).join('\n')
    expect(shownIn(widget('text', { markdown }, { height: 3 }))).not.toContain('item 59')
  })

  test.each([
    ['a card of its own', {}, 2],
    ['none where its background is transparent', { background: 'transparent' }, 1],
  ])('has %s', (_, more, rectangles) => {
    expect(picture([widget('text', { markdown: 'x', ...more })]).match(/<rect/g)).toHaveLength(rectangles)
  })
})

describe('a graph', () => {
  test('shows its title, its legend, its axis, and the times of the day', () => {
    const shown = shownIn(
      metricWidget({
        title: 'Messages',
        metrics: [
          ['N', 'Sent', { label: 'sent' }],
          ['N', 'Late', { yAxis: 'right', label: 'late' }],
        ],
        yAxis: { left: { label: 'messages' }, right: { label: 'seconds', max: 50_000 } },
      }),
    )
    expect(shown).toEqual(expect.arrayContaining(['Messages', 'sent', 'late', 'messages', 'seconds', '50,000', '00:00', '12:00']))
  })

  test.each([
    ['bottom', true],
    ['right', true],
    ['hidden', false],
  ])('has its legend %s', (position, isShown) => {
    expect(shownIn(metricWidget({ metrics: [['N', 'M', { label: 'the label' }]], legend: { position } })).includes('the label')).toBe(
      isShown,
    )
  })

  test.each([
    ['left', { value: 2, label: 'the limit' }],
    ['left', { value: 900, label: 'far above all points' }],
    ['right', { value: 900, label: 'on the other side', yAxis: 'right' }],
  ])('shows an annotation of the %s axis as a dashed line with its label', (_, annotation) => {
    const svg = picture([metricWidget({ annotations: { horizontal: [annotation] } })])
    expect(textsIn(svg)).toContain(annotation.label)
    expect(svg).toContain('stroke-dasharray')
  })

  test('does not show an annotation that is not visible', () => {
    expect(shownIn(metricWidget({ annotations: { horizontal: [{ value: 2, label: 'the limit', visible: false }] } }))).not.toContain(
      'the limit',
    )
  })

  test('has the colours which its metrics are given', () => {
    expect(picture([metricWidget({ metrics: [['N', 'M', { color: '#123456' }]] })])).toContain('stroke="#123456"')
  })

  test('fills what is stacked up to the sum', () => {
    const metrics = [
      ['N', 'A'],
      ['N', 'B'],
    ]
    expect(shownIn(metricWidget({ metrics, stacked: true }))).toContain('6')
    expect(shownIn(metricWidget({ metrics }))).not.toContain('6')
  })

  test('keeps to the limits of its axis', () => {
    const shown = shownIn(metricWidget({ yAxis: { left: { min: 0, max: 100 } } }))
    expect(shown).toEqual(expect.arrayContaining(['0', '50', '100']))
  })

  test.each([
    ['no points', () => []],
    ['points without values', () => [undefined, undefined]],
    ['one point', () => [5]],
    ['zeros', () => [0, 0]],
  ])('of %s is drawn', (_, dataOf) => {
    const svg = picture([metricWidget({ title: 'Empty' })], dataOf)
    expect(textsIn(svg)).toContain('Empty')
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  })

  test('truncates what there is no room for', () => {
    const long = 'a text which is far too long for its place '.repeat(9).trim()
    const shown = shownIn(metricWidget({ title: long, metrics: [['N', 'M', { label: long }]], yAxis: { left: { label: long } } }))
    const truncatedTexts = shown.filter((text) => text.startsWith('a text'))
    expect(truncatedTexts).toHaveLength(3)
    for (const text of truncatedTexts) expect(text).toMatch(/^a text which.*…$/)
  })

  test('says how many more metrics its legend has no room for', () => {
    const metrics = Array.from({ length: 90 }, (_, index) => ['N', `TheMetric${index}`])
    expect(shownIn(metricWidget({ metrics }))).toContainEqual(expect.stringMatching(/^and \d+ more$/))
  })
})

describe('the metrics of a widget', () => {
  test('are asked for with all that their short form stands for', () => {
    const asked = askedBy({
      stat: 'Sum',
      period: 60,
      metrics: [
        ['AWS/SQS', 'Sent', 'QueueName', 'orders', 'X', 'y'],
        ['.', 'Age', '.', '.', '.', 'z', { stat: 'p90', period: 900 }],
        ['...', 'w'],
        ['N', 'Alone'],
      ],
    })
    expect(asked).toEqual([
      { namespace: 'AWS/SQS', metricName: 'Sent', dimensions: { QueueName: 'orders', X: 'y' }, stat: 'Sum', period: 60 },
      { namespace: 'AWS/SQS', metricName: 'Age', dimensions: { QueueName: 'orders', X: 'z' }, stat: 'p90', period: 900 },
      { namespace: 'AWS/SQS', metricName: 'Age', dimensions: { QueueName: 'orders', X: 'w' }, stat: 'Sum', period: 60 },
      { namespace: 'N', metricName: 'Alone', dimensions: {}, stat: 'Sum', period: 60 },
    ])
  })

  test('are averages of five minutes where nothing else is said', () => {
    expect(askedBy({})).toEqual([{ namespace: 'N', metricName: 'Metric', dimensions: {}, stat: 'Average', period: 300 }])
  })

  test('have their own names and what tells them apart for labels', () => {
    const metrics = [
      ['N', 'Age', 'QueueName', 'a'],
      ['N', 'Age', 'QueueName', 'b'],
      ['N', 'Alone', 'QueueName', 'a'],
    ]
    expect(shownIn(metricWidget({ metrics }))).toEqual(expect.arrayContaining(['Age a', 'Age b', 'Alone']))
  })

  test('have their values in dynamic labels', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudWatch's own
    const metrics = [['N', 'M', { label: 'M [max: ${MAX}, sum: ${SUM}, last: ${LAST}]' }]]
    expect(shownIn(metricWidget({ metrics }))).toContain('M [max: 3, sum: 6, last: 3]')
  })

  test('are not shown where they are for expressions alone', () => {
    const metrics = [
      [{ expression: 'm1 * 100', id: 'e1', label: 'hundredfold' }],
      ['N', 'M', { id: 'm1', visible: false, label: 'the part' }],
    ]
    const shown = shownIn(metricWidget({ metrics, view: 'singleValue' }))
    expect(shown).toEqual(['hundredfold', '300'])
  })

  // biome-ignore format: table
  test.each([
    ['an expression of expressions', 'e2 + 1',              '601'],
    ['all metrics',                  'SUM(METRICS())',      '6'],
    ['a scalar',                     'MAX(m1) + PERIOD(m1)', '303'],
  ])('can be %s', (_, expression, value) => {
    const metrics = [[{ expression, id: 'e1' }], [{ expression: 'm1 * 200', id: 'e2', visible: false }], ['N', 'A', { id: 'm1', visible: false }], ['N', 'B', { id: 'm2', visible: false }]]
    expect(shownIn(metricWidget({ metrics, view: 'singleValue' }))).toContain(value)
  })

  // biome-ignore format: table
  test.each([
    ['a function that is not known', 'ANOMALY_DETECTION_BAND(m1)', 'The widget “The title” cannot be drawn: the function ANOMALY_DETECTION_BAND is not known.'],
    ['an id that is not there',      'm7',                         'The widget “The title” cannot be drawn: there is no metric with the id m7.'],
    ['itself',                       'e1 + 1',                     'The widget “The title” cannot be drawn: e1 needs itself.'],
  ])('cannot be of %s', (_, expression, message) => {
    const metrics = [[{ expression, id: 'e1' }], ['N', 'M', { id: 'm1' }]]
    expect(() => picture([metricWidget({ title: 'The title', metrics })])).toThrow(message)
  })
})

describe('numbers', () => {
  // biome-ignore format: table
  test.each([
    ['the latest value',            {},                              [1, 2, 12_345],  '12,345'],
    ['the latest that there is',    {},                              [7, undefined],  '7'],
    ['no value',                    {},                              [undefined],     '--'],
    ['millions',                    {},                              [3_450_000],     '3.5M'],
    ['a fraction',                  {},                              [0.12345],       '0.123'],
    ['zero',                        {},                              [0],             '0'],
  ])('show %s', (_, more, points, expected) => {
    expect(shownIn(metricWidget({ view: 'singleValue', ...more }), () => points)).toEqual(['Metric', expected])
  })

  test('show the value of the whole time where they are to', () => {
    expect(shownIn(metricWidget({ view: 'singleValue', setPeriodToTimeRange: true }))).toEqual(['Metric', '6'])
  })

  test('show a line below where they are to', () => {
    const lines = (sparkline: boolean) => picture([metricWidget({ view: 'singleValue', sparkline })]).match(/<path/g)?.length ?? 0
    expect(lines(true)).toBeGreaterThan(lines(false))
  })
})

// biome-ignore format: table
test.each([
  ['bar',   { view: 'bar' },                                                  ['A', 'B', '3']],
  ['bar',   { view: 'bar', setPeriodToTimeRange: true },                      ['A', 'B', '6']],
  ['pie',   { view: 'pie' },                                                  ['A: 3 (50 %)', 'B: 3 (50 %)']],
  ['gauge', { view: 'gauge', yAxis: { left: { min: 0, max: 70 } } },          ['A', 'B', '3', '0', '70']],
])('a %s shows what its metrics are called, and their values', (_, properties, expected) => {
  expect(shownIn(metricWidget({ metrics: [['N', 'A'], ['N', 'B']], ...properties }))).toEqual(expect.arrayContaining(expected))
})

describe('alarms', () => {
  const arn = (name: string) => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`
  const states: DashboardData = Object.assign(() => [], {
    alarmState: (name: string) => (name === 'red' ? ('ALARM' as const) : ('OK' as const)),
  })

  test('are tiles with the names and the states', () => {
    const svg = picture([widget('alarm', { title: 'Alarms', alarms: [arn('red'), arn('green')] })], states)
    expect(textsIn(svg)).toEqual(['Alarms', 'red', 'In alarm', 'green', 'OK'])
    expect(svg).toMatch(/fill="#d91515".*fill="#037f0c"/s)
  })

  test('of which nothing is known say so', () => {
    expect(shownIn(widget('alarm', { alarms: [arn('a')] }), () => [])).toEqual(['a', 'Insufficient data'])
  })

  test('that there is no room for are counted', () => {
    const alarms = Array.from({ length: 40 }, (_, index) => arn(`alarm${index}`))
    expect(shownIn(widget('alarm', { alarms }, { width: 6, height: 3 }), states).at(-1)).toMatch(/^and \d+ more$/)
  })
})

describe('a log', () => {
  const query = (text: string) => ({ title: 'Reasons', view: 'table', query: `SOURCE 'log' | ${text}` })
  const rows: DashboardData = Object.assign(() => [], {
    logRows: () => [
      { outcome: 'InvalidInput', reason: 'a < b & "c"', messages: 1234, last: '10:45' },
      { outcome: 'Unexpected', messages: 1, last: '11:00' },
    ],
  })

  test('is a table with the columns of its statistics, the groups first', () => {
    const stats =
      'filter ispresent(reason)\n| stats count(*) as messages, latest(@timestamp) as last by outcome, reason\n| sort messages desc\n| limit 9'
    expect(shownIn(widget('log', query(stats)), rows)).toEqual([
      'Reasons',
      'outcome',
      'reason',
      'messages',
      'last',
      'InvalidInput',
      'a < b & "c"',
      '1,234',
      '10:45',
      'Unexpected',
      '',
      '1',
      '11:00',
    ])
  })

  // biome-ignore format: table
  test.each([
    ['its fields',                   'fields outcome, messages',                          ['Reasons', 'outcome', 'messages', 'InvalidInput', '1,234', 'Unexpected', '1']],
    ['what it displays of them',     'fields outcome, messages | display messages',       ['Reasons', 'messages', '1,234', '1']],
    ['as many rows as it asks for',  'fields outcome | limit 1',                          ['Reasons', 'outcome', 'InvalidInput']],
  ])('shows %s', (_, text, expected) => {
    expect(shownIn(widget('log', query(text)), rows)).toEqual(expected)
  })

  test('asks for the columns with what they are made of', () => {
    let asked: readonly LogColumn[] = []
    const logRows = (columns: readonly LogColumn[]) => {
      asked = columns
      return []
    }
    const log = widget('log', query('stats count(*) as messages, pct(durationMs, 99) by outcome'))
    picture(
      [log],
      Object.assign(() => [], { logRows }),
    )
    expect(asked).toEqual([
      { name: 'outcome', expression: 'outcome' },
      { name: 'messages', expression: 'count(*)' },
      { name: 'pct(durationMs, 99)', expression: 'pct(durationMs, 99)' },
    ])
  })
})

test.each([
  ['explorer', {}, '(a widget of the type explorer)'],
  ['metric', { view: 'table', metrics: [] }, '(a table of metrics)'],
  ['log', { view: 'timeSeries' }, '(a timeSeries of a log)'],
])('in place of what is not drawn (%s) stands what it is', (type, properties, expected) => {
  expect(shownIn(widget(type, properties))).toEqual([expected])
})

describe('the picture', () => {
  const everything = [
    metricWidget({
      title: 'A & <b> "c"',
      metrics: [['N', 'M', { label: '<&">' }]],
      annotations: { horizontal: [{ value: 1, label: 'a<&"' }] },
    }),
    metricWidget({ view: 'pie' }),
    metricWidget({ view: 'gauge' }),
    metricWidget({ view: 'bar', metrics: [['N', 'M', { label: 'x<y' }]] }),
    metricWidget({ stacked: true }),
  ]

  test('is the same whenever it is drawn', () => {
    expect(picture(everything)).toBe(picture(everything))
  })

  test('shows < & and " as they are', () => {
    expect(shownIn(everything)).toEqual(expect.arrayContaining(['A & <b> "c"', '<&">', 'a<&"', 'x<y']))
    expect(picture(everything)).not.toMatch(/&(?!#\d+;|\w+;)|<b>/)
  })

  test('has no id twice', () => {
    const ids = [...picture(everything).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(ids.length).toBeGreaterThan(1)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('refers to ids that it has', () => {
    const svg = picture(everything)
    for (const [, id] of svg.matchAll(/url\(#([^)]*)\)/g)) expect(svg).toContain(`id="${id}"`)
  })

  test('places widgets by columns of 60 and rows of 60', () => {
    const svg = picture([widget('text', { markdown: 'x' }, { x: 6, y: 4, width: 6, height: 2 })])
    expect(svg).toContain('<svg x="372" y="252" width="352" height="112">')
    expect(svg).toContain('viewBox="0 0 1456 376"')
  })

  test('of no widgets is empty', () => {
    expect(textsIn(picture([]))).toEqual([])
  })
})

describe('with the widest sans-serif font that there is', () => {
  interface Room {
    readonly width: number
  }

  /** The texts which end outside of what they are drawn in, where they would be cut off. */
  function cutOff(svg: string): string[] {
    const rooms: Room[] = []
    const cut: string[] = []
    let open: { attributes: Record<string, string>; runs: { text: string; size: number; bold: boolean; isCode: boolean }[] } | undefined
    let style = { size: 12, bold: false, isCode: false }
    const parser = new SaxesParser()
    parser.on('opentag', ({ name, attributes }) => {
      const of = attributes as Record<string, string>
      if (name === 'svg') rooms.push({ width: Number(of.width) })
      if (name === 'text') open = { attributes: of, runs: [] }
      if (name === 'text' || name === 'tspan') {
        const css = of.style ?? ''
        style = {
          size: Number(of['font-size'] ?? /font-size:([\d.]+)px/.exec(css)?.[1] ?? style.size),
          bold: of['font-weight'] === '700' || /font-weight:bold/.test(css),
          isCode: (of['font-family'] ?? '').includes('mono'),
        }
      }
    })
    parser.on('text', (content) => open?.runs.push({ text: content, ...style }))
    parser.on('closetag', ({ name }) => {
      if (name === 'svg') rooms.pop()
      if (name !== 'text' || !open) return
      const { attributes, runs } = open
      const width = runs.reduce(
        (sum, { text, size, bold, isCode }) => sum + (isCode ? text.length * size * 0.61 : widestWidth(text, size, bold)),
        0,
      )
      const x = Number(attributes.x ?? 0) + Number(/translate\(([-\d.]+)/.exec(attributes.transform ?? '')?.[1] ?? 0)
      const left = x - width * ({ middle: 0.5, end: 1 }[attributes['text-anchor'] ?? ''] ?? 0)
      const room = rooms.at(-1)?.width ?? 0
      if (left < -1 || left + width > room + 1) cut.push(`${runs.map(({ text }) => text).join('')}: ${left} to ${left + width} of ${room}`)
      open = undefined
    })
    parser.write(svg).close()
    return cut
  }

  test('no text of the documented picture is cut off', () => {
    expect(cutOff(readFileSync('docs/dashboard.svg', 'utf8'))).toEqual([])
  })

  test.each(['timeSeries', 'singleValue', 'bar', 'pie', 'gauge'])(
    'no text of a %s is cut off, whatever its size and its values',
    (view) => {
      for (const [width, height] of [
        [4, 4],
        [6, 6],
        [12, 6],
        [24, 6],
      ] as const)
        for (const value of [0, 0.004, 7, 1_234_567, 123_456_789_012]) {
          const metrics = [
            ['N', 'Milliseconds which WWWWW take'],
            ['N', 'M', { yAxis: 'right', label: 'WMWMWMWM' }],
          ]
          const yAxis = { left: { label: 'Milliseconds' }, right: { label: 'Messages in MMMM' } }
          const annotations = { horizontal: [{ value, label: 'alarm' }] }
          const drawn = picture([widget('metric', { view, metrics, yAxis, annotations, title: 'W'.repeat(99) }, { width, height })], () => [
            value,
          ])
          expect(cutOff(drawn), `${width} × ${height}, ${value}`).toEqual([])
        }
    },
  )

  test('the labels of both axes are whole, one below the other where there is room for one', () => {
    const yAxis = { left: { label: 'Milliseconds of the slowest tenth' }, right: { label: 'Messages in five minutes' } }
    for (const width of [6, 12, 24])
      expect(
        shownIn(
          widget(
            'metric',
            {
              metrics: [
                ['N', 'M'],
                ['N', 'O', { yAxis: 'right' }],
              ],
              yAxis,
            },
            { width },
          ),
        ),
      ).toEqual(expect.arrayContaining([yAxis.left.label, yAxis.right.label]))
  })
})
