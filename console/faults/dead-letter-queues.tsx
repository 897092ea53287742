import { useState } from 'preact/hooks'
import type { ConsoleApi, DeadLetters, MovedDeadLetters, Overview } from '../api.ts'
import { Confirmation } from '../shell/confirmation.tsx'
import { useAsked } from '../shell/use-asked.ts'
import { messages } from '../store.ts'

/** The dead-letter queue of each connector. */
export function DeadLetterQueues({ api, overview: { connectors, kind } }: { readonly api: ConsoleApi; readonly overview: Overview }) {
  return (
    <section aria-label="Dead letters">
      {connectors.map(({ name }) => (
        <DeadLettersOf key={name} api={api} connector={name} isLive={kind === 'run'} />
      ))}
    </section>
  )
}

interface Change {
  readonly to: 'queue' | 'nowhere'
  readonly count: number
  readonly messageIds: readonly string[] | undefined
}

interface Given {
  readonly api: ConsoleApi
  readonly connector: string
  /** Whether another dead letter is a reason to look again: on AWS each look costs, and raises receive counts. */
  readonly isLive: boolean
}

function DeadLettersOf({ api, connector, isLive }: Given) {
  const known = isLive ? messages.value.filter((row) => row.connector === connector && row.fate === 'dead letter').length : 0
  const { answer, failure, again } = useAsked(connector, known, () => api.deadLetters(connector))
  const [asked, setAsked] = useState<Change>()
  const [told, setTold] = useState<{ readonly good: boolean; readonly lines: readonly string[] }>()

  async function change({ to, messageIds }: Change) {
    setAsked(undefined)
    try {
      const moved = await (to === 'queue' ? api.redrive : api.discard)(connector, messageIds)
      setTold({ good: moved.faults.length === 0, lines: linesOf(moved, to) })
    } catch (error) {
      setTold({ good: false, lines: [(error as Error).message] })
    }
    await again()
  }

  return (
    <>
      <h2>Dead letters of {connector}</h2>
      {failure !== undefined && <p class="bad">{failure}</p>}
      {answer === undefined ? failure === undefined && <p class="quiet">Looking…</p> : <Groups deadLetters={answer} onAsk={setAsked} />}
      <p class="bar">
        <button type="button" aria-label={`Look again: ${connector}`} onClick={() => void again()}>
          Look again
        </button>
        {answer !== undefined && answer.seen > 0 && (
          <button
            type="button"
            aria-label={`Redrive all of ${connector}`}
            onClick={() => setAsked({ to: 'queue', count: answer.visible, messageIds: undefined })}
          >
            Redrive all
          </button>
        )}
      </p>
      <div role="status">
        {told?.lines.map((line) => (
          <p key={line} class={told.good ? 'good' : 'bad'}>
            {line}
          </p>
        ))}
      </div>
      {asked && (
        <Confirmation
          title={asked.to === 'queue' ? 'Redrive dead letters' : 'Discard dead letters'}
          action={asked.to === 'queue' ? 'Redrive' : 'Discard'}
          onConfirm={() => void change(asked)}
          onCancel={() => setAsked(undefined)}
        >
          <p>
            {asked.to === 'queue'
              ? `This moves ${asked.count} of ${connector} back to the queue, where they get new message ids. One that may have had its effect (Ambiguous) may have it a second time.`
              : `This deletes ${asked.count} of ${connector}. They are gone for good.`}
          </p>
        </Confirmation>
      )}
    </>
  )
}

function linesOf({ moved, left, faults }: MovedDeadLetters, to: Change['to']): string[] {
  return [`${moved} ${to === 'queue' ? 'moved' : 'deleted'}; about ${left} left.`, ...faults]
}

function Groups({ deadLetters, onAsk }: { readonly deadLetters: DeadLetters; readonly onAsk: (change: Change) => void }) {
  const { queue, visible, inFlight, seen, notes, groups } = deadLetters
  return (
    <>
      <p class="quiet">
        {seen} seen of about {visible} in {queue}
        {inFlight > 0 && `; about ${inFlight} are held by somebody`}
      </p>
      {notes.map((note) => (
        <p key={note} class="warn">
          {note}
        </p>
      ))}
      <ul class="plain">
        {groups.map((group) => (
          <Group key={`${group.reason} ${group.elementId} ${group.now}`} group={group} onAsk={onAsk} />
        ))}
      </ul>
    </>
  )
}

function Group({ group, onAsk }: { readonly group: DeadLetters['groups'][number]; readonly onAsk: (change: Change) => void }) {
  const { reason, elementId, told, now, count, oldest, newest, messages } = group
  const messageIds = messages.map(({ messageId }) => messageId)
  const isOther = told === 'other'
  return (
    <li class="card">
      <p>
        <strong>{count}</strong> {told === 'now' && 'now: '}
        {reason}
      </p>
      <p class="quiet">
        {elementId !== undefined && `${elementId} · `}
        {now !== undefined && `now: ${now === reason ? 'the same' : now} · `}
        sent {oldest === newest ? oldest : `${oldest} to ${newest}`}
      </p>
      {!isOther && (
        <p class="bar">
          <button
            type="button"
            aria-label={`Redrive: ${reason}`}
            onClick={() => onAsk({ to: 'queue', count: messageIds.length, messageIds })}
          >
            Redrive
          </button>
          <button
            type="button"
            aria-label={`Discard: ${reason}`}
            onClick={() => onAsk({ to: 'nowhere', count: messageIds.length, messageIds })}
          >
            Discard
          </button>
        </p>
      )}
      <details>
        <summary>{messages.length === count ? 'The messages' : `The first ${messages.length} of the messages`}</summary>
        <ul class="plain">
          {messages.map(({ messageId, body }) => (
            <li key={messageId}>
              <a href={`#/messages/${messageId}`}>{messageId.slice(0, 8)}</a> <code class="body">{body}</code>
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}
