import { command, ending } from '../command.ts'

export const init = {
  command: command(
    'init',
    'a project in an empty folder: CDK app, connector, tests',
    'Writes a project that works at once: a connector, its tests, the CDK app that deploys it. What is there is not overwritten; a package.json gets what it lacks. Then npm installs.',
    'my-connectors',
  )
    .argument('[directory]', '', '.')
    .option('--no-install', 'leave npm install to you')
    .action(ending(async (directory, options) => (await import('../actions/init.ts')).init(directory, options))),
  status: { 0: 'written, and installed', 1: 'written, and npm could not install' },
}
