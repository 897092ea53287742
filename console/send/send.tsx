import { useEffect, useState } from 'preact/hooks'
import type { ConnectorOverview, ConsoleApi, NewMessage } from '../api.ts'
import { newMessageOf } from '../new-message.ts'
import type { ViewProps } from '../shell/view.ts'
import { Samples } from './samples.tsx'

interface Attribute {
  readonly name: string
  readonly dataType: string
  readonly value: string
}

/** A message as it is being written. */
export interface Draft {
  readonly connector: string
  readonly body: string
  readonly attributes: readonly Attribute[]
  readonly group: string
  readonly count: number
}

/** What was sent last, or why it was not. */
export interface Told {
  readonly good: boolean
  readonly text: string
  readonly messageId?: string | undefined
}

const TYPES = ['String', 'Number', 'Binary'] as const

/** Messages to send: one’s own, or one that came already, by its id in the address; the samples, and the tests of the connectors. */
export function Send({ api, overview, path }: ViewProps) {
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(overview.connectors[0]?.name ?? ''))
  const [told, setTold] = useState<Told>()
  const [isBusy, setBusy] = useState(false)
  useEffect(() => {
    let isWanted = path !== ''
    if (isWanted)
      void api.message(path).then(
        ({ row, record }) => isWanted && record && setDraft(draftOf(row.connector, newMessageOf(record))),
        (error: Error) => isWanted && setTold({ good: false, text: error.message }),
      )
    return () => {
      isWanted = false
    }
  }, [api, path])
  const connector = overview.connectors.find(({ name }) => name === draft.connector)

  async function send(to: string, message: NewMessage, count: number) {
    setBusy(true)
    setTold(await sent(api, to, message, count))
    setBusy(false)
  }

  return (
    <div class="columns">
      <section aria-label="A message of one’s own">
        <h2>A message of one’s own</h2>
        <DraftForm
          draft={draft}
          connectors={overview.connectors}
          isFifo={connector?.fifo ?? false}
          isBusy={isBusy}
          onChange={(change) => setDraft({ ...draft, ...change })}
          onSend={() => void send(draft.connector, messageOf(draft), draft.count)}
        />
        <p role="status">
          {told && (
            <span class={told.good ? 'good' : 'bad'}>
              {told.text} {told.messageId !== undefined && <a href={`#/messages/${told.messageId}`}>See what became of it</a>}
            </span>
          )}
        </p>
      </section>
      <Samples
        api={api}
        overview={overview}
        isBusy={isBusy}
        onSend={(to, message) => void send(to, message, 1)}
        onEdit={(to, message) => setDraft(draftOf(to, message))}
      />
    </div>
  )
}

function emptyDraft(connector: string): Draft {
  return {
    connector,
    body: '{"id":"A-7","amount":12}',
    attributes: [{ name: 'type', dataType: 'String', value: 'OrderPlaced' }],
    group: '',
    count: 1,
  }
}

function draftOf(connector: string, { body, attributes, group = '' }: NewMessage): Draft {
  return { connector, body, attributes: Object.entries(attributes).map(([name, attribute]) => ({ name, ...attribute })), group, count: 1 }
}

function messageOf({ body, attributes, group }: Draft): NewMessage {
  const named = attributes.filter(({ name }) => name !== '').map(({ name, ...attribute }) => [name, attribute] as const)
  return { body, attributes: Object.fromEntries(named), ...(group !== '' && { group }) }
}

async function sent(api: ConsoleApi, to: string, message: NewMessage, count: number): Promise<Told> {
  try {
    const { messageIds, error } = await api.send(to, message, count)
    const [messageId] = messageIds
    if (error !== undefined) return { good: false, text: `${messageIds.length} of ${count} sent to ${to}. ${error}` }
    if (count > 1) return { good: true, text: `${messageIds.length} sent to ${to}.` }
    return { good: true, text: `Sent to ${to}: ${messageId?.slice(0, 8)}.`, messageId }
  } catch (error) {
    return { good: false, text: (error as Error).message }
  }
}

interface FormGiven {
  readonly draft: Draft
  readonly connectors: readonly ConnectorOverview[]
  readonly isFifo: boolean
  readonly isBusy: boolean
  readonly onChange: (change: Partial<Draft>) => void
  readonly onSend: () => void
}

function DraftForm({ draft, connectors, isFifo, isBusy, onChange, onSend }: FormGiven) {
  const { attributes } = draft
  const change = (at: number, part: Partial<Attribute>) =>
    onChange({ attributes: attributes.map((each, index) => (index === at ? { ...each, ...part } : each)) })
  return (
    <form
      class="draft"
      onSubmit={(event) => {
        event.preventDefault()
        onSend()
      }}
    >
      <label>
        To the queue of{' '}
        <select value={draft.connector} onChange={({ currentTarget }) => onChange({ connector: currentTarget.value })}>
          {connectors.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label class="tall">
        Body
        <textarea
          rows={8}
          required
          spellcheck={false}
          value={draft.body}
          onInput={({ currentTarget }) => onChange({ body: currentTarget.value })}
        />
      </label>
      <fieldset>
        <legend>Message attributes</legend>
        {attributes.map(({ name, dataType, value }, at) => (
          <p key={at} class="attribute">
            <input
              aria-label={`Name of attribute ${at + 1}`}
              placeholder="name"
              value={name}
              onInput={({ currentTarget }) => change(at, { name: currentTarget.value })}
            />
            <select
              aria-label={`Type of attribute ${at + 1}`}
              value={dataType}
              onChange={({ currentTarget }) => change(at, { dataType: currentTarget.value })}
            >
              {TYPES.map((type) => (
                <option key={type}>{type}</option>
              ))}
            </select>
            <input
              aria-label={`Value of attribute ${at + 1}${dataType === 'Binary' ? ', as Base64' : ''}`}
              placeholder={dataType === 'Binary' ? 'Base64' : 'value'}
              value={value}
              onInput={({ currentTarget }) => change(at, { value: currentTarget.value })}
            />
            <button
              type="button"
              aria-label={`Remove attribute ${at + 1}`}
              onClick={() => onChange({ attributes: attributes.filter((_, index) => index !== at) })}
            >
              ×
            </button>
          </p>
        ))}
        <button type="button" onClick={() => onChange({ attributes: [...attributes, { name: '', dataType: 'String', value: '' }] })}>
          Add an attribute
        </button>
      </fieldset>
      {isFifo && (
        <label>
          Message group{' '}
          <input value={draft.group} placeholder="default" onInput={({ currentTarget }) => onChange({ group: currentTarget.value })} />
        </label>
      )}
      <label>
        How many{' '}
        <input
          type="number"
          min={1}
          max={10_000}
          value={draft.count}
          onInput={({ currentTarget }) => onChange({ count: Math.max(1, currentTarget.valueAsNumber || 1) })}
        />
      </label>
      <p class="quiet">
        <code>{'{n}'}</code> in a text is the number of each.
      </p>
      <button type="submit" class="primary" disabled={isBusy}>
        {isBusy ? 'Sending…' : 'Send'}
      </button>
    </form>
  )
}
