import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer'
import type Canvas from 'diagram-js/lib/core/Canvas'
import type EventBus from 'diagram-js/lib/core/EventBus'
import type Overlays from 'diagram-js/lib/features/overlays/Overlays'

/** What stands at an element. */
export interface Badge {
  readonly text: string
  readonly mood: 'good' | 'warn' | 'bad' | 'waiting' | 'unreached'
  /** What it says, in words. */
  readonly title: string
}

const LARGEST = 1.2
const MARGIN = 40

/** bpmn.io’s viewer of a diagram, with badges at its elements. */
export class BpmnCanvas {
  readonly #viewer: InstanceType<typeof NavigatedViewer>
  readonly #shown = new Map<string, string>()
  #selected: string | undefined

  /** @param onClick told of the id of an element, or of `undefined` beside all */
  constructor(container: HTMLElement, onClick: (elementId: string | undefined) => void) {
    this.#viewer = new NavigatedViewer({
      container,
      bpmnRenderer: { defaultFillColor: 'var(--ground)', defaultStrokeColor: 'var(--text)', defaultLabelColor: 'var(--text)' },
    })
    this.#viewer
      .get<EventBus>('eventBus')
      .on('element.click', ({ element }: { element: { id: string; labelTarget?: { id: string } } }) =>
        onClick((element.labelTarget ?? element).id),
      )
  }

  async open(xml: string): Promise<void> {
    this.#shown.clear()
    this.#selected = undefined
    await this.#viewer.importXML(xml)
    this.fit()
  }

  /** All of it in sight and in the middle, but not much larger than it is. */
  fit() {
    const { inner, outer } = this.#canvas.viewbox()
    const scale = Math.min(LARGEST, outer.width / (inner.width + 2 * MARGIN), outer.height / (inner.height + 2 * MARGIN))
    const [width, height] = [outer.width / scale, outer.height / scale]
    this.#canvas.viewbox({ x: inner.x + (inner.width - width) / 2, y: inner.y + (inner.height - height) / 2, width, height })
  }

  select(elementId: string | undefined) {
    if (this.#selected !== undefined) this.#canvas.removeMarker(this.#selected, 'selected-element')
    this.#selected = elementId !== undefined && this.#has(elementId) ? elementId : undefined
    if (this.#selected !== undefined) this.#canvas.addMarker(this.#selected, 'selected-element')
  }

  /** Replaces the badges of an element. */
  badge(elementId: string, badges: readonly Badge[]) {
    const key = JSON.stringify(badges)
    if (this.#shown.get(elementId) === key || !this.#has(elementId)) return
    this.#shown.set(elementId, key)
    const overlays = this.#viewer.get<Overlays>('overlays')
    overlays.remove({ element: elementId })
    if (badges.length === 0) return
    const html = document.createElement('div')
    html.className = 'badges'
    for (const { text, mood, title } of badges) {
      const badge = document.createElement('span')
      badge.className = `badge ${mood}`
      badge.textContent = text
      badge.title = title
      html.append(badge)
    }
    overlays.add(elementId, 'badges', { position: { top: -16, left: -8 }, html, show: { minZoom: 0.2 } })
    const isUnreached = badges.some(({ mood }) => mood === 'unreached')
    this.#canvas[isUnreached ? 'addMarker' : 'removeMarker'](elementId, 'unreached-element')
  }

  destroy() {
    this.#viewer.destroy()
  }

  get #canvas(): Canvas {
    return this.#viewer.get<Canvas>('canvas')
  }

  #has(elementId: string): boolean {
    return this.#viewer.get<{ get(id: string): unknown }>('elementRegistry').get(elementId) !== undefined
  }
}
