import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync, type Metafile, type OutputFile } from 'esbuild'

const project = fileURLToPath(new URL('..', import.meta.url))

/**
 * The functions, each with the export `handler`, in a directory of their own: the bridge in `index.mjs`, and in `updater.mjs` the updater of
 * its event-source mapping; beside them the files which they share, or load when they need them. They are what the stack deploys; the local
 * run runs the bridge. All dependencies are in it, the AWS SDK included, so that the lockfile says what is deployed. The same input gives the
 * same bytes.
 *
 * Identifiers stay as they are, and there is no source map: the stack trace in a log names its functions, whereas a source map of this size
 * costs 40 ms of every cold start and a quarter of a second at the first error.
 */
export function bundleFunction(directory = join(project, 'dist', 'function')): { directory: string; metafile: Metafile } {
  const functions = bundle(directory, { index: 'lambda/handler.ts', updater: 'lambda/mapping-updater.ts' })
  const loaded = Object.keys(APART).map((name) => bundle(directory, { [name]: APART[name] ?? '' }))
  const all = [functions, ...loaded]
  const files = all.flatMap(({ outputFiles }) => outputFiles)
  write(directory, [...new Map(files.map((file) => [file.path, file])).values()])
  const merged = (part: 'inputs' | 'outputs') => Object.assign({}, ...all.map(({ metafile }) => metafile[part]))
  return { directory, metafile: { inputs: merged('inputs'), outputs: merged('outputs') } }
}

/**
 * What functions load when they need it, bundled by itself, by the name with which they import it. It shares nothing with them: of what two files
 * have in common a function would load at its start also what the other alone makes use of, 22 KiB of AWS's libraries for the client of S3.
 */
const APART: Readonly<Record<string, string>> = { 's3-payloads': 'lambda/s3-payloads.mts' }

function bundle(directory: string, entryPoints: Readonly<Record<string, string>>) {
  return buildSync({
    absWorkingDir: project,
    entryPoints: { ...entryPoints },
    external: Object.keys(APART).map((name) => `./${name}.mjs`),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What few messages need, the clients of SQS and DynamoDB, is a file of its own, and costs a cold start nothing.
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // Which cost a cold start more than the rest of the bundle, if the AWS SDK imports them as ES modules.
    alias: { 'node:http': './lambda/node/http.cjs', 'node:process': './lambda/node/process.cjs' },
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 200,
    legalComments: 'external',
    // For the dependencies which are CommonJS and require Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    metafile: true,
    write: false,
    logLevel: 'error',
  })
}

/** Makes the directory hold these files and no others. What is there already is left alone: another run may be reading it. */
function write(directory: string, files: readonly OutputFile[]) {
  mkdirSync(directory, { recursive: true })
  const present = new Set(readdirSync(directory).map((name) => join(directory, name)))
  for (const { path, contents } of files) {
    if (present.delete(path) && readFileSync(path).equals(contents)) continue
    const unfinished = `${directory}-${process.pid}`
    writeFileSync(unfinished, contents)
    renameSync(unfinished, path)
  }
  for (const path of present) rmSync(path, { recursive: true })
}
