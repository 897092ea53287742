import { useMemo, useState } from 'preact/hooks'
import type { ViewProps } from '../shell/view.ts'
import { messages } from '../store.ts'
import { EVERYTHING, listed, outcomesIn } from './message-filter.ts'
import { MessageList } from './message-list.tsx'
import { OpenMessage } from './open-message.tsx'

/** The messages as they come, and of the one that is open all that is known. */
export function Messages({ api, overview, path, go }: ViewProps) {
  const [filter, setFilter] = useState(EVERYTHING)
  const all = messages.value
  const rows = useMemo(() => listed(all, filter), [all, filter])
  const set = (change: Partial<typeof filter>) => setFilter({ ...filter, ...change })
  return (
    <div class={path === '' ? 'split' : 'split opened'}>
      <section class="list" aria-label="List">
        <div class="bar">
          {overview.connectors.length > 1 && (
            <label>
              Queue{' '}
              <select value={filter.connector} onChange={({ currentTarget }) => set({ connector: currentTarget.value })}>
                <option value="">all</option>
                {overview.connectors.map(({ name, queue }) => (
                  <option key={name} value={name}>
                    {queue}
                  </option>
                ))}
              </select>
            </label>
          )}
          <label>
            Outcome{' '}
            <select value={filter.outcome} onChange={({ currentTarget }) => set({ outcome: currentTarget.value })}>
              <option value="">all</option>
              {outcomesIn(all).map(([outcome, count]) => (
                <option key={outcome} value={outcome}>
                  {outcome} ({count})
                </option>
              ))}
            </select>
          </label>
          <label>
            Text <input type="search" value={filter.text} onInput={({ currentTarget }) => set({ text: currentTarget.value })} />
          </label>
          <output class="quiet">
            {rows.length === all.length ? `${all.length} messages` : `${rows.length} of ${all.length} messages`}
          </output>
        </div>
        <MessageList rows={rows} open={path} onOpen={(id) => go('messages', id)} />
        {all.length === 0 && (
          <p class="quiet">
            No message has come yet. <a href="#/send">Send one</a>.
          </p>
        )}
      </section>
      {path !== '' && (
        <OpenMessage
          api={api}
          messageId={path}
          row={all.find(({ messageId }) => messageId === path)}
          isRun={overview.kind === 'run'}
          go={go}
        />
      )}
    </div>
  )
}
