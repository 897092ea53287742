/** What runs in the browser: bpmn-js with the parts of Camunda Modeler that element templates need. */

import Modeler from 'bpmn-js/lib/Modeler'
import { CloudElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates'
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel'
import ZeebeBehaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud'
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json'

const modeler = new Modeler({
  container: '#canvas',
  propertiesPanel: { parent: '#properties' },
  additionalModules: [
    ZeebeBehaviors,
    BpmnPropertiesPanelModule,
    BpmnPropertiesProviderModule,
    ZeebePropertiesProviderModule,
    CloudElementTemplatesPropertiesProviderModule,
  ],
  moddleExtensions: { zeebe },
})

window.modeler = {
  async open(xml, templates) {
    modeler.get('elementTemplatesLoader').setTemplates(templates)
    const { warnings } = await modeler.importXML(xml)
    return warnings.map(String)
  },
  /** As somebody who picks the template in the properties panel. */
  apply(elementId, templateId) {
    const templates = modeler.get('elementTemplates')
    const template = templates.getAll().find(({ id }) => id === templateId)
    const changed = templates.applyTemplate(modeler.get('elementRegistry').get(elementId), template)
    modeler.get('selection').select(changed)
    return changed.id
  },
  async xml() {
    return (await modeler.saveXML({ format: true })).xml
  },
  show(elementId) {
    modeler.get('canvas').zoom('fit-viewport', 'auto')
    modeler.get('selection').select(modeler.get('elementRegistry').get(elementId))
  },
}
