import { useEffect, useRef, useState } from 'preact/hooks'
import type { ConsoleApi, Explanation, MessageDetails, MessageEvent, MessageRow } from '../api.ts'
import { clockTime, duration, moodOf, outcomeText } from '../shell/told.ts'
import type { ViewProps } from '../shell/view.ts'
import { decidingPart } from './deciding-part.ts'
import { Trace, Value } from './trace.tsx'

interface Given {
  readonly api: ConsoleApi
  readonly messageId: string
  /** Of the list: when it changes, all else is asked for anew. */
  readonly row: MessageRow | undefined
  /** Whether messages can be sent. */
  readonly isRun: boolean
  readonly go: ViewProps['go']
}

/** All that is known of a message. */
export function OpenMessage({ api, messageId, row, isRun, go }: Given) {
  const [details, setDetails] = useState<MessageDetails>()
  const [failure, setFailure] = useState<string>()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    let isWanted = true
    api.message(messageId).then(
      (details) => {
        if (!isWanted) return
        setFailure(undefined)
        setDetails(details)
      },
      (error: Error) => isWanted && setFailure(error.message),
    )
    return () => {
      isWanted = false
    }
  }, [api, messageId, row])
  useEffect(() => heading.current?.focus({ preventScroll: true }), [messageId])
  const isOther = details && details.row.messageId !== messageId
  return (
    <section class="open" aria-labelledby="open-heading">
      <div class="bar">
        <h2 id="open-heading" ref={heading} tabIndex={-1}>
          Message <code>{messageId.slice(0, 8)}</code>
        </h2>
        <button type="button" onClick={() => go('messages')}>
          Close
        </button>
      </div>
      {failure !== undefined && (
        <p class="bad" role="alert">
          {failure}
        </p>
      )}
      {details && !isOther && <Details details={details} isRun={isRun} go={go} />}
    </section>
  )
}

function Details({ details, isRun, go }: Pick<Given, 'go' | 'isRun'> & { readonly details: MessageDetails }) {
  const { row, record, explanation, events, log } = details
  return (
    <>
      <p class={`verdict mood-${moodOf(row)}`}>
        <strong>{outcomeText(row)}</strong>
        {row.elementId && ` at ${row.elementId}`}
        {row.fate && `; ${row.fate}`}
        {row.reason && <span class="reason">{row.reason}</span>}
      </p>
      {explanation && <Why explanation={explanation} />}
      <p class="bar">
        <button type="button" onClick={() => go('playground', row.messageId)}>
          Try expressions on it
        </button>
        <button type="button" onClick={() => go('connector', row.connector)}>
          Edit the connector
        </button>
        {isRun && record && (
          <button type="button" onClick={() => go('send', row.messageId)}>
            Send it again
          </button>
        )}
      </p>
      <h3>What happened to it</h3>
      <TimeLine events={events} />
      {explanation && <Steps explanation={explanation} />}
      {record && (
        <>
          <h3>The message</h3>
          <p class="quiet">
            <code>{row.messageId}</code>, in {row.queue}
          </p>
          <pre class="body">{pretty(record.body)}</pre>
          <Attributes title="Message attributes" values={messageAttributes(record)} />
          <Attributes title="System attributes" values={{ ...record.attributes }} />
        </>
      )}
      <h3>The function’s log</h3>
      {log.length === 0 ? (
        <p class="quiet">The function has logged nothing of it.</p>
      ) : (
        <ol class="log">
          {log.map(({ at, text }, index) => (
            <li key={index}>
              <details>
                <summary>
                  {clockTime(at)} {summaryOf(text)}
                </summary>
                <pre>{pretty(text)}</pre>
              </details>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

/** The answer to why it was activated or not, in a sentence. */
function Why({ explanation: { filter, elements, outcome } }: { readonly explanation: Explanation }) {
  if (!filter.passes)
    return <p>Lambda deletes it unseen: it matches none of the filter’s patterns, so that no element could have been activated.</p>
  const activated = elements.filter(({ activates }) => activates)
  if (activated.length > 1) return <p>{outcome.reason}</p>
  const [one] = activated
  if (one)
    return (
      <p>
        By the connector that is active now, <strong>{one.elementId}</strong> is activated
        {one.activationCondition ? ': its condition is true.' : ': it has no condition.'}
        {outcome.reason && ` Yet ${outcome.reason}.`}
      </p>
    )
  return (
    <div>
      <p>By the connector that is active now, no element is activated:</p>
      <ul class="why">
        {elements.map(({ elementId, activationCondition }) => {
          const part = activationCondition && decidingPart(activationCondition)
          return (
            part && (
              <li key={elementId}>
                <strong>{elementId}</strong>: <code>{part.expression}</code> is <Value node={part} />
                {(part.parts ?? []).map((each) => (
                  <span key={each.expression}>
                    , as <code>{each.expression}</code> is <Value node={each} />
                  </span>
                ))}
              </li>
            )
          )
        })}
      </ul>
    </div>
  )
}

/** How the connector that is active comes to it, step by step. */
function Steps({ explanation }: { readonly explanation: Explanation }) {
  const { version, filter, elements, correlation, outcome } = explanation
  return (
    <>
      <h3>How the connector comes to it</h3>
      <p class="quiet">
        By the connector that is active now{version === undefined ? '' : `, version ${version}`}: what <code>explain</code> shows.
      </p>
      <h4>Filter</h4>
      {filter.patterns.length === 0 ? (
        <p>There is none: every message reaches the function.</p>
      ) : (
        <>
          <p class={filter.passes ? 'good' : 'bad'}>
            {filter.passes ? 'It lets the message through.' : 'Lambda deletes the message unseen.'}
          </p>
          <ul class="plain">
            {filter.patterns.map((pattern) => (
              <li key={pattern}>
                <code>{pattern}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      {elements.map(({ elementId, activates, activationCondition }) => (
        <div key={elementId}>
          <h4>
            {elementId}: <span class={activates ? 'good' : 'warn'}>{activates ? 'activated' : 'not activated'}</span>
          </h4>
          {activationCondition ? <Trace trace={activationCondition} /> : <p>It has no condition: every message activates it.</p>}
        </div>
      ))}
      {correlation?.expressions.map(({ property, trace }) => (
        <div key={property}>
          <h4>{property}</h4>
          <Trace trace={trace} />
        </div>
      ))}
      {correlation && correlation.command.length > 0 && (
        <>
          <h4>What Camunda is sent</h4>
          <dl class="pairs">
            {correlation.command.map(({ name, value }) => (
              <Pair key={name} name={name} value={value} />
            ))}
          </dl>
          <h4>Variables{correlation.variablesBytes === undefined ? '' : `, ${correlation.variablesBytes} bytes`}</h4>
          {correlation.variables.length === 0 ? (
            <p>None.</p>
          ) : (
            <dl class="pairs">
              {correlation.variables.map(({ name, value }) => (
                <Pair key={name} name={name} value={value} />
              ))}
            </dl>
          )}
        </>
      )}
      <p>
        Outcome: <strong>{outcome.kind}</strong>
        {outcome.reason && `: ${outcome.reason}`}; afterwards: {outcome.afterwards}
      </p>
    </>
  )
}

function TimeLine({ events }: { readonly events: readonly MessageEvent[] }) {
  const began = events[0]?.at ?? 0
  return (
    <ol class="time-line">
      {events.map(({ at, kind, receive, outcome, reason }, index) => (
        <li key={index} class={kind === 'dead letter' ? 'bad' : kind === 'back in the queue' ? 'warn' : undefined}>
          <time dateTime={new Date(at).toISOString()}>{clockTime(at)}</time>{' '}
          <span class="quiet">{index === 0 ? '' : `+${duration(Math.max(0, at - began))}`}</span> {kind}
          {receive !== undefined && ` (receive ${receive})`}
          {outcome !== undefined && outcome !== kind && `: ${outcome}`}
          {reason !== undefined && <span class="reason">{reason}</span>}
        </li>
      ))}
    </ol>
  )
}

function Attributes({ title, values }: { readonly title: string; readonly values: Readonly<Record<string, string | undefined>> }) {
  const names = Object.keys(values)
  if (names.length === 0) return null
  return (
    <>
      <h4>{title}</h4>
      <dl class="pairs">
        {names.map((name) => (
          <Pair key={name} name={name} value={values[name] ?? ''} />
        ))}
      </dl>
    </>
  )
}

function Pair({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </div>
  )
}

function messageAttributes({ messageAttributes }: NonNullable<MessageDetails['record']>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messageAttributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      `${stringValue ?? binaryValue ?? ''}${dataType === 'String' ? '' : ` (${dataType})`}`,
    ]),
  )
}

/** JSON with its lines, unless that would change a number of it. */
function pretty(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    const compact = JSON.stringify(value)
    return compact === text.trim() ? JSON.stringify(value, null, 2) : text
  } catch {
    return text
  }
}

function summaryOf(line: string): string {
  try {
    const { level = '', message = line } = JSON.parse(line)
    return `${level} ${message}`
  } catch {
    return line
  }
}
