import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { connectorFiles, orderPlaced } from '../lib/connector-files.ts'
import { runCommand } from '../support/command.ts'

/** What a shell is told may stand in the place of the last word. */
async function completed(words: readonly string[], cwd?: string): Promise<string[]> {
  const { code, out, error } = await runCommand(['complete', '--', ...words], cwd === undefined ? {} : { cwd })
  expect({ code, error }).toEqual({ code: 0, error: '' })
  const lines = out
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith(':'))
  return lines.map((line) => line.split('\t')[0] ?? '')
}

test('commands, options, their choices, and the connectors that there are', async () => {
  const project = connectorFiles({})
  const connectors = connectorFiles({ 'orders.json': { elements: [orderPlaced] } })
  expect(await completed(['re'])).toEqual(['redrive'])
  expect(await completed(['peek', '--b'])).toEqual(['--bodies'])
  expect(await completed(['tail', 'orders', '--outcome', 'CamundaR'])).toEqual(['CamundaRejected'])
  expect(await completed(['completion', 'f'])).toEqual(['fish'])
  expect(await completed(['doctor', ''])).toEqual(expect.arrayContaining(['orders', 'payments']))
  expect(await completed(['doctor', ''], project)).toEqual([])
  expect(connectors).toBeTruthy()
}, 90_000)

test('no file of tests and no schema is a connector', async () => {
  expect((await completed(['doctor', ''])).filter((name) => name.includes('.'))).toEqual([])
})

test.each(['bash', 'zsh', 'fish', 'powershell'])('the script of %s is printed, and names the command', async (shell) => {
  const { code, out, error } = await runCommand(['completion', shell])
  expect({ code, error }).toEqual({ code: 0, error: '' })
  expect(out).toContain('camunda-sqs-bridge')
  if (shell === 'bash') expect(spawnSync('bash', ['-n'], { input: out, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
})
