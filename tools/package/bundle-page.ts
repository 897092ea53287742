import { readFileSync } from 'node:fs'
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
  return { files, metafile }
}
