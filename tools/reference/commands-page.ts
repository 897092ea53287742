import type { BridgeCommand } from '../command.ts'
import { PROGRAM } from '../command.ts'

/** docs/COMMANDS.md: each command with its options, the status with which it ends, and what it prints for programs. */
export function commandReference(commands: readonly BridgeCommand[]): string {
  return [
    '# Commands',
    '',
    'Written from the commands themselves, and held by a test. What a command is for, with examples of its output, is in [TOOLS.md](TOOLS.md).',
    '',
    `\`npx ${PROGRAM} COMMAND\`; \`COMMAND --help\` shows how to call one. For a wrong command, option or value, the nearest right one is named.`,
    '',
    '## Exit codes',
    '',
    '| Command | 0 | 1 |',
    '| --- | --- | --- |',
    ...commands.map(({ command, status }) => row(`\`${command.name()}\``, status[0], status[1] ?? 'it failed')),
    '',
    'Every command ends with 1 also where it fails, with one sentence of what failed, and with 2 where it is called wrongly or refuses: an unknown',
    'option, a file that is not there, credentials that are missing, nobody to ask and no `--yes`. A status above 128 is that of a signal.',
    '',
    '## Options',
    ...commands.flatMap(sectionOf),
    '',
    '## JSON',
    '',
    'With `--json` nothing but JSON is on stdout; what is said besides is on stderr.',
    '',
    ...commands.flatMap(({ command, json }) => (json === undefined ? [] : [`- \`${command.name()}\`: ${code(json)}`])),
    '',
  ].join('\n')
}

function sectionOf({ command }: BridgeCommand): string[] {
  const help = command.createHelp()
  return [
    '',
    `### ${command.name()}`,
    '',
    command.description(),
    '',
    '```',
    `${PROGRAM} ${command.name()} ${command.usage()}`,
    ...help.visibleOptions(command).map((option) => `  ${help.optionTerm(option).padEnd(26)}${help.optionDescription(option)}`),
    '```',
  ]
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Words among what is code stay words. */
function code(json: string): string {
  return json.replace(/\{.*?\}(?=$|, \{| or \{|; |, and )/g, (part) => `\`${part}\``)
}
