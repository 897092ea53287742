import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openAddress } from '../../local/console/open-address.ts'

test.skipIf(process.platform === 'win32')(
  'a browser is opened by a file of the user’s own, and the token is in no command line',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'opener-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const told = join(directory, 'told')
    for (const name of ['xdg-open', 'open']) {
      writeFileSync(join(directory, name), `#!/bin/sh\nls -l "$1" > ${told}.mode; cat "$1" > ${told}.page; echo "$@" > ${told}\n`)
      chmodSync(join(directory, name), 0o755)
    }
    vi.stubEnv('PATH', `${directory}:${process.env.PATH}`)
    onTestFinished(() => void vi.unstubAllEnvs())
    openAddress('http://127.0.0.1:1/#token=secret')
    await vi.waitFor(() => expect(readFileSync(told, 'utf8')).toMatch(/console\.html\n$/))
    expect(readFileSync(told, 'utf8')).not.toContain('secret')
    expect(readFileSync(`${told}.mode`, 'utf8')).toMatch(/^-rw------- /)
    expect(readFileSync(`${told}.page`, 'utf8')).toContain('content="0;url=http://127.0.0.1:1/#token=secret"')
  },
)
