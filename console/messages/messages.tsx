import type { ViewProps } from '../shell/view.ts'
import { messages } from '../store.ts'

/** The messages, as they come. */
export function Messages(_: ViewProps) {
  return <p>{messages.value.length} messages</p>
}
