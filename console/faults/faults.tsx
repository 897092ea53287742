import { useState } from 'preact/hooks'
import type { ConsoleApi, FaultsOverview } from '../api.ts'
import type { ViewProps } from '../shell/view.ts'
import { faultInForce } from '../store.ts'
import { DeadLetterQueues } from './dead-letter-queues.tsx'

/** What can go wrong, to practise with; and the dead letters, whatever they come from. */
export function Faults({ api, overview }: ViewProps) {
  return (
    <div class="columns">
      {overview.faults && <Switches api={api} faults={overview.faults} />}
      <DeadLetterQueues api={api} overview={overview} />
    </div>
  )
}

function Switches({ api, faults: { list } }: { readonly api: ConsoleApi; readonly faults: FaultsOverview }) {
  const [failure, setFailure] = useState<string>()
  const provoke = (name: string) =>
    api.provoke(name).then(
      () => setFailure(undefined),
      (error: Error) => setFailure(error.message),
    )
  const inForce = faultInForce.value
  return (
    <section aria-label="Faults">
      <h2>Faults</h2>
      <p>One at a time. Send messages while one is active, and see what becomes of them.</p>
      {failure !== undefined && (
        <p class="bad" role="alert">
          {failure}
        </p>
      )}
      <fieldset class="faults">
        <legend class="unseen">Which fault is active</legend>
        {[{ name: 'none', does: 'all is well', see: '' }, ...list].map(({ name, does, see }) => (
          <label key={name} class={name === inForce ? 'card chosen' : 'card'}>
            <input type="radio" name="fault" checked={name === inForce} onChange={() => void provoke(name)} /> <strong>{name}</strong>:{' '}
            {does}
            {see !== '' && <span class="see">{see}</span>}
          </label>
        ))}
      </fieldset>
    </section>
  )
}
