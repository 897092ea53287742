import { useId } from 'preact/hooks'
import type { MessageRow } from '../api.ts'
import { clockTime, outcomeText } from '../shell/told.ts'
import type { TypedAttribute, TypedMessage } from './typed-message.ts'

interface Given {
  readonly message: TypedMessage
  readonly onChange: (message: TypedMessage) => void
  /** The newest first. */
  readonly atHand: readonly MessageRow[]
  /** The id of the one that was chosen; empty: it is typed. */
  readonly chosen: string
  readonly onChoose: (messageId: string) => void
}

/** The message on which expressions are tried: one at hand, one that is typed, or the one changed into the other. */
export function MessageForm({ message, onChange, atHand, chosen, onChoose }: Given) {
  const id = useId()
  const { body, attributes, group } = message
  const change = (changed: Partial<TypedMessage>) => onChange({ ...message, ...changed })
  const changeAttribute = (index: number, changed: Partial<TypedAttribute>) =>
    change({ attributes: attributes.map((attribute, at) => (at === index ? { ...attribute, ...changed } : attribute)) })
  return (
    <section class="message-form" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>Message</h2>
      <label class="field">
        At hand
        <select value={chosen} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
          <option value="">one that is typed</option>
          {atHand.map((row) => (
            <option key={row.messageId} value={row.messageId}>
              {`${clockTime(row.at)} ${row.connector} ${outcomeText(row)} ${row.text}`.slice(0, 120)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Body
        <textarea rows={6} spellcheck={false} value={body} onInput={({ currentTarget }) => change({ body: currentTarget.value })} />
      </label>
      <fieldset>
        <legend>Message attributes</legend>
        {attributes.map(({ name, value, dataType }, index) => (
          <div class="attribute" key={index}>
            <input
              aria-label={`Name of attribute ${index + 1}`}
              placeholder="name"
              value={name}
              onInput={({ currentTarget }) => changeAttribute(index, { name: currentTarget.value })}
            />
            <input
              aria-label={`Value of attribute ${name || index + 1}`}
              placeholder={dataType}
              value={value}
              onInput={({ currentTarget }) => changeAttribute(index, { value: currentTarget.value })}
            />
            <button
              type="button"
              aria-label={`Remove attribute ${name || index + 1}`}
              onClick={() => change({ attributes: attributes.toSpliced(index, 1) })}
            >
              ✕
            </button>
          </div>
        ))}
        <button type="button" onClick={() => change({ attributes: [...attributes, { name: '', value: '', dataType: 'String' }] })}>
          Add an attribute
        </button>
      </fieldset>
      <label class="field">
        Message group, of a FIFO queue
        <input value={group} onInput={({ currentTarget }) => change({ group: currentTarget.value })} />
      </label>
    </section>
  )
}
