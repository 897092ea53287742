import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import type { ElementTemplate } from '../../lib/bpmn/element-templates.ts'

const require = createRequire(import.meta.url)
const STYLES = [
  'bpmn-js/dist/assets/diagram-js.css',
  'bpmn-js/dist/assets/bpmn-js.css',
  'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css',
  '@bpmn-io/properties-panel/dist/assets/properties-panel.css',
  'bpmn-js-element-templates/dist/assets/element-templates.css',
]
const LAYOUT = `
  body { margin: 0; display: flex; height: 100vh; font-family: 'DejaVu Sans', sans-serif }
  #canvas { flex: 1 }
  #properties { width: 420px; overflow: auto; border-left: 1px solid #ccc }`

/** What page.js gives the browser. */
declare const window: {
  readonly modeler: {
    open(xml: string, templates: readonly ElementTemplate[]): Promise<string[]>
    apply(elementId: string, templateId: string): string
    xml(): Promise<string>
    show(elementId: string): void
  }
}

/** Camunda Modeler as far as element templates go: bpmn-js and its properties panel. */
export class OpenModeler {
  readonly page: Page
  /** What the page told as an error. */
  readonly errors: string[] = []

  constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.errors.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && this.errors.push(message.text()))
  }

  /** @returns warnings of the import */
  open(xml: string, templates: readonly ElementTemplate[]): Promise<string[]> {
    return this.page.evaluate(([xml, templates]) => window.modeler.open(xml, templates), [xml, templates] as const)
  }

  /** @returns the element's id, which a change of its kind may have changed */
  apply(elementId: string, templateId: string): Promise<string> {
    return this.page.evaluate(([element, template]) => window.modeler.apply(element, template), [elementId, templateId] as const)
  }

  xml(): Promise<string> {
    return this.page.evaluate(() => window.modeler.xml())
  }

  /** Into a field of the own template, by its group's id and its label, as somebody types. */
  async fill(group: string, label: string, text: string): Promise<void> {
    const panel = this.page.locator(`[data-group-id="group-ElementTemplates__CustomProperties-${group}"]`)
    const field = panel.getByLabel(label, { exact: true })
    // What was typed before is taken over after a pause, and then the groups may move from under a click.
    for (let tries = 0; tries < 20 && !(await field.isVisible()); tries++) {
      await panel.locator('.bio-properties-panel-group-header').click()
      await this.page.waitForTimeout(500)
    }
    await field.fill(text)
    await field.blur()
  }

  async picture(elementId: string): Promise<Buffer> {
    await this.page.evaluate((element) => window.modeler.show(element), elementId)
    await this.page
      .locator('.djs-context-pad')
      .evaluateAll((pads: readonly { remove(): void }[]) => pads.forEach((pad) => void pad.remove()))
    return await this.page.screenshot()
  }
}

export async function openModeler(browser: Browser): Promise<OpenModeler> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } })
  const modeler = new OpenModeler(page)
  // Nothing is loaded from anywhere: scripts, styles and the font are in the page.
  await page.setContent(
    `<!doctype html><html lang="en"><title>Modeler</title><body><div id="canvas"></div><div id="properties"></div></body></html>`,
  )
  const styles = STYLES.map((file) => readFileSync(require.resolve(file), 'utf8'))
  await page.addStyleTag({ content: [...styles, LAYOUT].join('\n') })
  await page.addScriptTag({ content: await script() })
  return modeler
}

let bundled: string | undefined

async function script(): Promise<string> {
  if (bundled !== undefined) return bundled
  const entry = fileURLToPath(new URL('page.js', import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    logLevel: 'error',
  })
  bundled = outputFiles[0]?.text ?? ''
  return bundled
}
