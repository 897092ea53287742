/** Draws docs/start.svg, the picture of a run of `npm start -- --exit` from its table on: `npm run picture`. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { terminalPicture } from './terminal-picture.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const env = { ...process.env, FORCE_COLOR: '1' }
const run = spawnSync('npm', ['--silent', 'start', '--', '--exit'], {
  cwd: root,
  env,
  encoding: 'utf8',
  shell: process.platform === 'win32',
})
const [table] = /^.* {2}queue {2,}message [\s\S]*$/m.exec(run.stdout) ?? []
if (run.status !== 0 || table === undefined) throw new Error(`npm start ended with ${run.status}:\n${run.stdout}${run.stderr}`)
writeFileSync(`${root}docs/start.svg`, terminalPicture(`$ npm start\n\n${table}`))
