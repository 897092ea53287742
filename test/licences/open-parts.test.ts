import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** In parts, so that this file is none of those that it finds. */
const [camunda, zeebe, bundle] = ['camunda', 'zeebe', 'bundle']

/** Maven artifacts, files and images; addresses of source code are none of these. */
const distributions = new RegExp(
  [
    `\\b${camunda}-${zeebe}\\b`,
    `\\b(${camunda}|${zeebe})-process-test\\b`,
    `\\bio\\.${camunda}:(${zeebe}-(broker|gateway|workflow-engine)|${camunda}-(operate|tasklist|optimize|identity))\\b`,
    `(?<!github\\.com/)\\b${camunda}/(${zeebe}|${camunda}|operate|tasklist|optimize|identity)(?![\\w/#-])`,
    `\\b(connectors?|connector-runtime)-${bundle}\\b`,
  ].join('|'),
)

test.each([
  ['the Maven coordinates of the engine’s distribution', `io.${camunda}:${camunda}-${zeebe}:8.6.0`],
  ['its file', `${camunda}-${zeebe}-8.6.0.tar.gz`],
  ['a part of it', `io.${camunda}:${zeebe}-broker:8.6.0`],
  ['a test engine', `io.${camunda}:${zeebe}-process-test-engine:8.6.0`],
  ['a test extension', `${camunda}-process-test-java`],
  ['an image of the engine', `image: ${camunda}/${zeebe}:8.6.0`],
  ['an image of the whole', `docker run ${camunda}/${camunda}`],
  ['the bundle of connectors', `${camunda}/connectors-${bundle}:8.6`],
])('%s would be found', (_, text) => {
  expect(text).toMatch(distributions)
})

test.each([
  ['FEEL engine', `org.${camunda}.feel:feel-engine:1.20.0`],
  ['connectors’ wrapper of it', `io.${camunda}.connector:connector-feel-wrapper:8.8.7`],
  ['client for Node', `@${camunda}8/orchestration-cluster-api`],
  ['client for Java', `io.${camunda}:${zeebe}-client-java:8.6.0`],
  ['address of the source code', `https://github.com/${camunda}/${camunda}/pull/1`],
  ['number of an issue', `${camunda}/${camunda}#1`],
])('the %s is no such thing', (_, text) => {
  expect(text).not.toMatch(distributions)
})

test('no tracked file names a distribution of Camunda’s engine, which is under Camunda’s own terms', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: project, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file && existsSync(join(project, file)))
  expect(files.length).toBeGreaterThan(100)
  expect(files.filter((file) => distributions.test(readFileSync(join(project, file), 'utf8')))).toEqual([])
})

test('no dependency runs a script when it is installed: npm goes by what the lockfile says of each', () => {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'))
  expect(Object.keys(packages).length).toBeGreaterThan(100)
  expect(Object.keys(packages).filter((name) => packages[name].hasInstallScript)).toEqual([])
})
