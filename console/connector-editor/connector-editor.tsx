import type { ViewProps } from '../shell/view.ts'

export function ConnectorEditor({ path }: ViewProps) {
  return <p>The connector{path && ` ${path}`}</p>
}
