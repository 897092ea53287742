import type { Answer } from './evaluation.ts'
import type { FilterVerdict, PatternVerdict } from './filter-verdict.ts'

/** What of a condition Lambda’s filter decides, and what it makes of the message. */
export function FilterPanel({ filter: { own, whole }, name }: { readonly filter: NonNullable<Answer['filter']>; readonly name: string }) {
  return (
    <section class="filter" aria-labelledby="filter-heading">
      <h2 id="filter-heading">Lambda’s filter</h2>
      <Verdict verdict={own} />
      {own.notPushedDown.length > 0 && (
        <>
          <h3>Left to the function</h3>
          <ul>
            {own.notPushedDown.map(({ expression, why }) => (
              <li key={`${expression} ${why}`}>
                {expression !== undefined && (
                  <>
                    <code>{expression}</code>:{' '}
                  </>
                )}
                {why}
              </li>
            ))}
          </ul>
        </>
      )}
      {whole && (
        <p class="quiet">
          {whole.patterns.length === 0
            ? `${name} as a whole has no filter with it: ${whole.notPushedDown.findLast(({ expression }) => expression === undefined)?.why ?? ''}.`
            : `The filter of ${name} as a whole, with its other elements, ${whole.letsThrough ? 'lets the message through' : 'turns the message away'}.`}
        </p>
      )}
    </section>
  )
}

function Verdict({ verdict: { patterns, letsThrough } }: { readonly verdict: FilterVerdict }) {
  if (patterns.length === 0) return <p>There is none: every message reaches the function.</p>
  return (
    <>
      <p class={letsThrough ? 'good' : 'bad'} role="status">
        {letsThrough
          ? 'With this condition alone, it lets this message through to the function.'
          : 'With this condition alone, Lambda deletes this message unseen.'}
      </p>
      {patterns.map((pattern) => (
        <Pattern key={pattern.text} pattern={pattern} />
      ))}
    </>
  )
}

function Pattern({ pattern: { text, fields } }: { readonly pattern: PatternVerdict }) {
  return (
    <div class="pattern">
      <code>{text}</code>
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">The filter asks for</th>
            <th scope="col">The message has</th>
            <th scope="col">Met</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ path, asked, found, isMet }) => (
            <tr key={path}>
              <td>
                <code>{path}</code>
              </td>
              <td>
                <code>{asked}</code>
              </td>
              <td>{found === undefined ? 'nothing' : <code>{found}</code>}</td>
              <td class={isMet ? 'good' : 'bad'}>{isMet ? 'yes' : 'no'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
