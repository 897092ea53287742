import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { COMMANDS } from '../../bin/commands.ts'
import { COLUMNS, programOf, run } from '../../tools/program.ts'
import { commandReference } from '../../tools/reference/commands-page.ts'
import { runCommand, startCommand } from '../support/command.ts'

const NAMES = COMMANDS.map(({ command }) => command.name())
const ROWS = 24

/** What the command tells, in a terminal of 80 columns; nothing that is called wrongly comes to do anything. */
async function call(...args: string[]) {
  const told = { out: '', error: '' }
  const output = {
    writeOut(text: string) {
      told.out += text
    },
    writeErr(text: string) {
      told.error += text
    },
    getOutHelpWidth: () => COLUMNS,
  }
  const program = programOf(COMMANDS)
  for (const each of [program, ...program.commands]) each.configureOutput(output)
  vi.spyOn(console, 'error').mockImplementation((text) => output.writeErr(`${text}\n`))
  await run(program, args)
  return { ...told, status: process.exitCode }
}

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
  process.stdout.removeAllListeners('error')
})

describe('--help', () => {
  test.each([[], ...NAMES.map((name) => [name])])('of %j fits a screen, 80 columns and 24 lines', async (...names) => {
    const { out, status } = await call(...names, '--help')
    expect(status).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines.filter((line) => line.length > COLUMNS)).toEqual([])
    expect(lines.length).toBeLessThan(ROWS)
  })

  test.each(NAMES)('of %s has one example, and a description that says what it does', async (name) => {
    const { out } = await call(name, '--help')
    expect(out.match(new RegExp(`^  \\$ camunda-sqs-bridge ${name}`, 'gm'))).toHaveLength(1)
    expect(out).toMatch(/^Usage: camunda-sqs-bridge [^\n]*\n\n[A-Z].*\.\n\nOptions:/s)
  })

  test('lists all commands', async () => {
    const { out } = await call('--help')
    const listed = out.matchAll(/^ {2}([\w-]+) {2}|(?<=^ {2}And .*)([\w-]+)(?=[,.])/gm)
    expect(new Set([...listed].map(([, name, seldom]) => name ?? seldom))).toEqual(new Set(NAMES))
  })

  test.each(NAMES)('shows an example of %s that can be parsed', async (name) => {
    const { out } = await call(name, '--help')
    const [, example = ''] = /\$ camunda-sqs-bridge (.*)/.exec(out) ?? []
    const words = [...example.replace(/ (>>|<) .*/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
      ([, one, two, three]) => one ?? two ?? three ?? '',
    )
    const program = programOf(COMMANDS)
    program.hook('preAction', () => {
      throw new Error('parsed')
    })
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    await run(program, words)
    expect(told.mock.calls).toEqual([[expect.stringContaining('parsed')]])
  })
})

// biome-ignore format: a table
test.each<[string, string[], RegExp]>([
  ['no command',                        [],                                           /^Usage: camunda-sqs-bridge <command>/],
  ['a misspelt command',                ['pek', 'orders'],                            /unknown command 'pek'\n\(Did you mean peek\?\)/],
  ['a command that is nothing like one', ['frobnicate'],                              /unknown command 'frobnicate'\n--help lists the commands/],
  ['a misspelt option',                 ['redrive', 'orders', '--reson', 'x'],        /unknown option '--reson'\n\(Did you mean --reason\?\)\nUsage: camunda-sqs-bridge redrive/],
  ['an option of another command',      ['doctor', 'orders', '--bodies'],             /unknown option '--bodies'/],
  ['an option without its value',       ['redrive', 'orders', '--reason'],            /option '--reason <text>' argument missing/],
  ['a value that an unset variable left', ['redrive', 'orders', '--reason', ''],      /'--reason <text>' argument '' is invalid.*this is empty/],
  ['no connector',                      ['peek'],                                     /missing required argument 'connector'\nUsage: camunda-sqs-bridge peek \[options\] <connector>/],
  ['two connectors',                    ['peek', 'orders', 'payments'],               /too many arguments for 'peek'. Expected 1 argument but got 2/],
  ['a file for a connector',            ['peek', 'connectors/orders.json'],           /is no connector’s name.*the name is orders\.\nUsage: camunda-sqs-bridge peek/],
  ['a number that is none',             ['send', 'orders', '{}', '--count', 'many'],  /'--count <n>' argument 'many' is invalid. It takes a whole number from 1 to 1000000/],
  ['a number out of bounds',            ['start', '--sqs-port', '70000'],             /It takes a whole number from 1 to 65535/],
  ['half a number',                     ['peek', 'orders', '--max', '1.5'],           /It takes a whole number/],
  ['a rate of nothing',                 ['redrive', 'orders', '--rate', '0'],         /It takes a number from 0.01 to 3000/],
  ['a choice that there is not',        ['tail', 'orders', '--outcome', 'Lost'],      /Allowed choices are ProcessInstanceCreated, /],
  ['a shell that there is not',         ['completion', 'tcsh'],                       /Allowed choices are bash, zsh, fish, powershell/],
  ['both of what excludes each other',  ['feel', '1', '--message', 'a', '--variables', 'b'], /Either --message or --variables\.\nUsage: camunda-sqs-bridge feel/],
  ['dead letters chosen by nothing',    ['discard', 'orders', '--yes'],               /Which\? --reason TEXT, --message-id ID, or --all\./],
  ['a connector that is not there',     ['check', 'nowhere'],                         /There is no connectors\/nowhere\.json\./],
  ['a fault that there is not',         ['fault', 'flood'],                           /There is no fault “flood”; there are\n\n {2}none/],
])('%s is told with what is right, and the status is 2', async (_name, args, message) => {
  const { out, error, status } = await call(...args)
  expect({ out, status }).toEqual({ out: '', status: 2 })
  expect(error).toMatch(message)
  expect(error).not.toMatch(/^\s+at /m)
})

test('the exit codes and the rest of docs/COMMANDS.md are what the commands say: npx vitest run test/bin -u writes it', async () => {
  await expect(commandReference(COMMANDS)).toMatchFileSnapshot('../../docs/COMMANDS.md')
})

test('a command which prints for programs says what', () => {
  for (const { command, json } of COMMANDS)
    expect(json !== undefined, command.name()).toBe(command.options.some(({ long }) => long === '--json'))
})

test('--help asks nothing of what only some commands need', async () => {
  const tellLoaded = `import { registerHooks } from 'node:module'
    registerHooks({ load: (url, context, next) => (console.error(url), next(url, context)) })`
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(tellLoaded)}`
  const { out, error } = await runCommand(['--help'], { env: { NODE_OPTIONS } })
  expect(out).toMatch(/^Usage/)
  const loaded = [...error.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name]) => name)
  expect([...new Set(loaded)].sort()).toEqual(['@commander-js/extra-typings', 'commander', 'picocolors'])
})

test('whoever reads no further ends it without a word', async () => {
  const { child, stdout, ended } = startCommand(['schema'])
  onTestFinished(() => void child.kill('SIGKILL'))
  stdout.destroy()
  expect(await ended).toMatchObject({ code: 0, error: '' })
})
