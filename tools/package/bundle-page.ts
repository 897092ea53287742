import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** A file of the console’s page, by its name. */
export type PageFiles = ReadonlyMap<string, Buffer>

/**
 * The console’s page: `index.html`, `main.js` and what that loads when it is needed, style sheets, and `LICENSES.txt` with the licences of all that is
 * in them.
 */
export async function bundlePage(): Promise<{ files: PageFiles; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: project,
    entryPoints: {
      main: 'console/main.tsx',
      style: 'console/shell/style.css',
      diagram: 'console/diagram/diagram.css',
      editors: 'console/code-editor/editors.css',
      engine: 'console/engine/engine.ts',
    },
    outdir: 'page',
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'browser',
    target: 'es2023',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'error',
  })
  const files = new Map(outputFiles.map(({ path, contents }) => [path.slice(join(project, 'page/').length), Buffer.from(contents)]))
  files.set('index.html', readFileSync(join(project, 'console/index.html')))
  files.set('LICENSES.txt', Buffer.from(licencesOf(packagesIn(metafile))))
  return { files, metafile }
}

/** The directories of the packages of which there is something in a bundle, from the project’s. */
export function packagesIn({ inputs }: Metafile): readonly string[] {
  const directories = Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [])
  return [...new Set(directories)].sort()
}

const TEXTS = ['LICEN[CS]E', 'LICEN[CS]E[.-]*', 'licen[cs]e', 'licen[cs]e[.-]*', 'NOTICE', 'licenses/*']

/** The licences, and the notices which some of them want passed on. */
function licencesOf(packages: readonly string[]): string {
  return packages
    .map((directory) => {
      const { name, version } = JSON.parse(readFileSync(join(project, directory, 'package.json'), 'utf8'))
      const texts = globSync(TEXTS, { cwd: join(project, directory) }).sort()
      if (texts.length === 0) throw new Error(`${name} has no licence in ${directory}: it cannot be a part of the page.`)
      return [`${name} ${version}`, ...texts.map((file) => readFileSync(join(project, directory, file), 'utf8').trim())].join('\n\n')
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`)
}

/** Into a directory, which then holds these files and no others. */
export function writePage(directory: string, files: PageFiles) {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  for (const [name, content] of files) writeFileSync(join(directory, name), content)
}
