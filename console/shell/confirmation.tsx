import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface Given {
  readonly title: string
  /** What is done. */
  readonly action: string
  readonly onConfirm: () => void
  readonly onCancel: () => void
  readonly children: ComponentChildren
}

/** Asks before something is changed that cannot be undone here. */
export function Confirmation({ title, action, onConfirm, onCancel, children }: Given) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} aria-labelledby="confirmation-title" onCancel={onCancel}>
      <h2 id="confirmation-title">{title}</h2>
      {children}
      <p class="bar">
        <button type="button" class="primary" onClick={onConfirm}>
          {action}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </p>
    </dialog>
  )
}
