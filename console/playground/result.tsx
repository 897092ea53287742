import type { TraceNode } from '../api.ts'
import { Trace } from '../messages/trace.tsx'
import type { Answer } from './evaluation.ts'

/** Characters of a value which a page can show. */
const MOST_SHOWN = 20_000

/** What an expression comes to, and why. */
export function Result({
  expression,
  answer,
  trace,
}: {
  readonly expression: string
  readonly answer: Answer
  readonly trace: TraceNode | undefined
}) {
  const { warnings, notes } = answer
  return (
    <section aria-labelledby="result-heading">
      <h2 id="result-heading">Value</h2>
      <div role="status">
        <Came result={answer.result} />
      </div>
      {warnings.length + notes.length > 0 && (
        <ul class="warnings">
          {warnings.map(({ type, message, from, to }) => (
            <li key={`${type} ${from}`}>
              <span class="warn">{type}</span> {message} <code>{expression.slice(from, to)}</code>
            </li>
          ))}
          {notes.map(({ message, from }) => (
            <li key={`${from} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
      {trace && (
        <>
          <h2>How it comes to it</h2>
          <Trace trace={trace} />
        </>
      )}
    </section>
  )
}

function Came({ result }: Pick<Answer, 'result'>) {
  switch (result.kind) {
    case 'blank':
      return <p class="quiet">There is no expression. A blank condition is met by every message.</p>
    case 'syntaxError':
      return <p class="bad">No FEEL expression: {result.reason}</p>
    case 'failure':
      return <p class="bad">The evaluation fails: {result.reason}</p>
    case 'value': {
      const { value, type } = result
      const more = value.length - MOST_SHOWN
      return (
        <>
          <pre class="value">{more > 0 ? `${value.slice(0, MOST_SHOWN)}…` : value}</pre>
          <p class="quiet">
            {type}
            {more > 0 && `, ${more} characters more`}
          </p>
        </>
      )
    }
  }
}
