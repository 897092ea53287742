import { PRICE_SOURCES } from '../../lib/cost/prices.ts'
import type { ComparedCosts } from './compared-costs.ts'

const [NAME, DOLLARS] = [12, 20]

/** Dollars a month, in columns: for the ways messages may come, and for the container. */
export function costReport(
  { bridge, container }: ComparedCosts,
  { messages, size, region }: { readonly messages: number; readonly size: number; readonly region: string },
): string {
  const columns = [...bridge, container]
  const heads = [
    ...bridge.map(({ messagesPerBatch }) => (messagesPerBatch === 1 ? 'one by one' : `batches of ${messagesPerBatch}`)),
    'a container',
  ]
  const names = [...new Set(columns.flatMap(({ parts }) => parts.filter(({ dollars }) => dollars > 0).map(({ name }) => name)))]
  const row = (name: string, cells: readonly string[]) =>
    (name.padEnd(NAME) + cells.map((cell) => cell.padStart(DOLLARS)).join('')).trimEnd()
  return [
    `${messages.toLocaleString('en')} messages of ${size} KB a month, ${region}, in US dollars`,
    '',
    row('', heads),
    ...names.map((name) =>
      row(
        name,
        columns.map(({ parts }) => dollarsOf(parts.find((part) => part.name === name)?.dollars)),
      ),
    ),
    row(
      'together',
      columns.map(({ dollars }) => dollarsOf(dollars)),
    ),
    '',
    `The container, ${container.vcpu} vCPU and ${container.gigabytes} GB on Fargate, runs always; its logs, metrics and`,
    'alarms are not counted, nor a second one for when it fails. List prices without',
    'free tiers and discounts, from these pages as they were quoted in that month:',
    ...PRICE_SOURCES.map(({ page, asOf }) => `  ${asOf}  ${page}`),
  ].join('\n')
}

/** Cents, and of less than one its first digits. */
function dollarsOf(dollars: number | undefined): string {
  if (dollars === undefined) return ''
  return dollars >= 0.01 || dollars === 0 ? dollars.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 }) : '< 0.01'
}
