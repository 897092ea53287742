import { command, ending } from '../command.ts'

export const template = {
  command: command(
    'template',
    'the bridge’s element templates for Camunda Modeler',
    'Writes the element templates, a file for each kind of element. Desktop Modeler finds them in .camunda/element-templates beside the diagrams; into Web Modeler they are uploaded.',
    '--output processes/.camunda/element-templates',
  )
    .option('--output <directory>', 'where they go', '.camunda/element-templates')
    .action(ending(async (options) => (await import('../actions/template.ts')).template(options))),
  status: { 0: 'written' },
}
