import { clockTime } from '../shell/told.ts'
import { steps } from '../store.ts'
import { liveChange, type Phase } from './live-change.ts'

const MARKS: Readonly<Record<Phase['state'], { readonly sign: string; readonly word: string }>> = {
  done: { sign: '✓', word: 'done' },
  needless: { sign: '–', word: 'not needed' },
  next: { sign: '…', word: 'waited for' },
  later: { sign: '', word: 'later' },
  failed: { sign: '✕', word: 'failed' },
}

/** How a version of a connector comes into effect, as it happens. */
export function Steps({ connector, version }: { readonly connector: string; readonly version: number }) {
  const phases = liveChange(steps.value.get(connector) ?? [], version)
  if (!phases) return null
  return (
    <section aria-labelledby="steps-heading">
      <h2 id="steps-heading">How version {version} comes into effect</h2>
      <div role="status">
        <ol class="steps">
          {phases.map(({ name, state, at, text }) => (
            <li key={name} class={state}>
              <span class="sign" aria-hidden="true">
                {MARKS[state].sign}
              </span>
              <strong>{name}</strong> <span class="quiet">{at === undefined ? MARKS[state].word : clockTime(at)}</span>
              <span class="text">{text}</span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}
