import type { ComponentType } from 'preact'
import type { ConsoleApi, Overview } from '../api.ts'

/** What each view is given. */
export interface ViewProps {
  readonly api: ConsoleApi
  readonly overview: Overview
  /** What is behind the view’s name in the address, decoded: `#/messages/ID` gives `ID`; empty where nothing is. */
  readonly path: string
  /** Opens a view: `go('messages', id)`. */
  readonly go: (view: ViewName, path?: string) => void
}

export type ViewName = 'diagram' | 'messages' | 'playground' | 'connector' | 'send' | 'faults' | 'figures'

export type View = ComponentType<ViewProps>
