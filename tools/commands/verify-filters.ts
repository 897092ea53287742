import { command, ending, profileOption, regionOption, yesOption } from '../command.ts'

export const verifyFilters = {
  command: command(
    'verify-filters',
    'what Lambda’s filters do in your own account',
    'AWS documents filters on the body alone for SQS. This creates queues, a role, a function and event-source mappings for some minutes, shows what they are, asks, and removes them, also when interrupted.',
    '--profile sandbox --region eu-central-1',
  )
    .addOption(yesOption())
    .addOption(profileOption())
    .addOption(regionOption())
    .action(ending(async (options) => (await import('../actions/verify-filters.ts')).verifyFilters(options))),
  status: { 0: 'all did as expected, and nothing is left', 1: 'they did not, something is left, or nobody agreed' },
}
