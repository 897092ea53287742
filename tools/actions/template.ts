import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { elementTemplates } from '../../lib/bpmn/element-templates.ts'

/** Writes the element templates, one a file: Web Modeler takes no lists. */
export async function template({ output }: { readonly output: string }): Promise<number> {
  mkdirSync(output, { recursive: true })
  for (const each of elementTemplates()) {
    const file = join(output, `${each.id}.json`)
    writeFileSync(file, `${JSON.stringify(each, null, 2)}\n`)
    console.log(file)
  }
  return 0
}
