/** `npm run picture:modeler`: the picture of docs/MODELER.md, of the example’s start event with the bridge’s template, as bpmn-js shows it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { elementTemplates } from '../../lib/bpmn/element-templates.ts'
import { OWN_TEMPLATE_IDS } from '../../lib/bpmn/own-template.ts'
import { startChromium } from '../support/chromium.ts'
import { openModeler } from './modeler.ts'

const project = new URL('../../', import.meta.url)
const browser = await startChromium()
try {
  const modeler = await openModeler(browser)
  await modeler.open(readFileSync(new URL('examples/order.bpmn', project), 'utf8'), elementTemplates())
  const [, start = ''] = /<bpmn:startEvent id="([^"]+)"/.exec(await modeler.xml()) ?? []
  const element = await modeler.apply(start, OWN_TEMPLATE_IDS.messageStart)
  await modeler.fill('connector', 'Connector', 'orders')
  await modeler.fill('output', 'Result variable', 'order')
  writeFileSync(new URL('docs/modeler.png', project), await modeler.picture(element))
} finally {
  await browser.close()
}
