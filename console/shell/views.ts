import type { Overview } from '../api.ts'
import type { View, ViewName } from './view.ts'

interface Entry {
  readonly name: ViewName
  readonly title: string
  /** Its code comes when it is opened. */
  readonly load: () => Promise<View>
  /** Whether there is something for it to show; always, unless said. */
  readonly isThere?: (overview: Overview) => boolean
}

export const VIEWS: readonly Entry[] = [
  {
    name: 'diagram',
    title: 'Diagram',
    load: async () => (await import('../diagram/diagram.tsx')).Diagram,
    isThere: ({ diagrams }) => diagrams.length > 0,
  },
  { name: 'messages', title: 'Messages', load: async () => (await import('../messages/messages.tsx')).Messages },
  { name: 'playground', title: 'Playground', load: async () => (await import('../playground/playground.tsx')).Playground },
  { name: 'connector', title: 'Connector', load: async () => (await import('../connector-editor/connector-editor.tsx')).ConnectorEditor },
  { name: 'send', title: 'Send', load: async () => (await import('../send/send.tsx')).Send, isThere: isRun },
  { name: 'faults', title: 'Faults', load: async () => (await import('../faults/faults.tsx')).Faults },
  { name: 'figures', title: 'Figures', load: async () => (await import('../figures/figures.tsx')).Figures },
]

function isRun({ kind }: Overview): boolean {
  return kind === 'run'
}
