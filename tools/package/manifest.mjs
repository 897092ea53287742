/**
 * What of package.json is for this repository alone stays here: the Node that comes along with it would become the Node of whoever installs the
 * package, by their node_modules/.bin. `prepack` takes it out of the file, since npm packs what is there, and `postpack` puts it back.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const manifest = fileURLToPath(new URL('../../package.json', import.meta.url))
const kept = fileURLToPath(new URL('../../dist/package.json.kept', import.meta.url))

if (process.argv[2] === 'pack') {
  const text = readFileSync(manifest, 'utf8')
  if (!existsSync(kept)) writeFileSync(kept, text)
  const { optionalDependencies: _node, ...rest } = JSON.parse(text)
  writeFileSync(manifest, `${JSON.stringify(rest, null, 2)}\n`)
} else if (existsSync(kept)) {
  writeFileSync(manifest, readFileSync(kept))
  rmSync(kept)
}
