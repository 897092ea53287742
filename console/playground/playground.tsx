import type { ViewProps } from '../shell/view.ts'

export function Playground({ path }: ViewProps) {
  return <p>The playground{path && `, of ${path}`}</p>
}
