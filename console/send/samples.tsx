import type { ConsoleApi, NewMessage, Overview } from '../api.ts'
import { useAsked } from '../shell/use-asked.ts'
import { steps } from '../store.ts'

interface Given {
  readonly api: ConsoleApi
  readonly overview: Overview
  readonly isBusy: boolean
  readonly onSend: (connector: string, message: NewMessage) => void
  readonly onEdit: (connector: string, message: NewMessage) => void
}

/** Messages at hand, each with what is to become of it: the samples of the example, and the tests beside the connectors. */
export function Samples({ overview, ...given }: Given) {
  const { samples, connectors } = overview
  return (
    <section aria-label="Messages at hand">
      {samples.length > 0 && (
        <>
          <h2>Samples</h2>
          <ul class="plain">
            {samples.map(({ label, connector, message, ends }) => (
              <AtHand key={label} {...given} label={label} connector={connector} message={message}>
                <span class="quiet">
                  {connector}: {ends}
                </span>
              </AtHand>
            ))}
          </ul>
        </>
      )}
      {connectors.map(({ name }) => (
        <Tests key={name} {...given} connector={name} />
      ))}
    </section>
  )
}

type One = Omit<Given, 'overview'> & { readonly connector: string }

function Tests({ connector, ...given }: One) {
  const version = (steps.value.get(connector) ?? []).findLast(({ kind }) => kind === 'pushed')?.version ?? 0
  const { answer, failure } = useAsked(connector, version, () => given.api.connectorTests(connector))
  if (failure !== undefined) return <p class="bad">{failure}</p>
  if (answer?.file === undefined) return null
  const passed = answer.tests.filter((test) => test.passed).length
  return (
    <>
      <h2>Tests of {connector}</h2>
      {answer.error === undefined ? (
        <p class={passed === answer.tests.length ? 'good' : 'bad'}>
          {passed} of {answer.tests.length} pass, by the connector that is active
        </p>
      ) : (
        <pre class="bad">{answer.error}</pre>
      )}
      <ul class="plain">
        {answer.tests.map(({ name, passed, differences = [], message }) => (
          <AtHand key={name} {...given} label={name} connector={connector} message={message}>
            <span class={passed ? 'good' : 'bad'}>{passed ? '✓ passes' : '✗ fails'}</span>
            {differences.length > 0 && <pre>{differences.join('\n')}</pre>}
          </AtHand>
        ))}
      </ul>
    </>
  )
}

type AtHandGiven = Omit<One, 'api'> & {
  readonly label: string
  readonly message: NewMessage
  readonly children: preact.ComponentChildren
}

function AtHand({ label, connector, message, isBusy, onSend, onEdit, children }: AtHandGiven) {
  return (
    <li class="card">
      <p class="bar">
        <button type="button" disabled={isBusy} aria-label={`Send: ${label}`} onClick={() => onSend(connector, message)}>
          Send
        </button>
        <button type="button" aria-label={`Take over: ${label}`} onClick={() => onEdit(connector, message)}>
          Take over
        </button>
        <strong>{label}</strong>
      </p>
      {children}
    </li>
  )
}
