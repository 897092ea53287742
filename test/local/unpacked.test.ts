import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from 'tar'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { unpacked } from '../../local/engines/unpacked.ts'

let home: string
let archive: string
let target: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'unpacked-test-'))
  archive = join(home, 'dist.tar.gz')
  target = join(home, 'cache', 'dist')
  await mkdir(join(home, 'dist', 'lib'), { recursive: true })
  await writeFile(join(home, 'dist', 'lib', 'a.jar'), 'a')
  await create({ gzip: true, file: archive, cwd: home }, ['dist'])
})

afterEach(() => rm(home, { recursive: true }))

it('an archive is unpacked once, and asked for once', async () => {
  let asked = 0
  const give = async () => {
    asked++
    return archive
  }
  expect(await unpacked(give, target)).toBe(target)
  expect(await unpacked(give, target)).toBe(target)
  expect(asked).toBe(1)
  expect(await readFile(join(target, 'dist', 'lib', 'a.jar'), 'utf8')).toBe('a')
})

it('several which unpack at once all get the same directory, and leave nothing else', async () => {
  await Promise.all([1, 2, 3].map(() => unpacked(async () => archive, target)))
  expect(await readdir(join(home, 'cache'))).toEqual(['dist'])
})

it('a damaged archive is an error which names it, and leaves nothing', async () => {
  await writeFile(archive, (await readFile(archive)).subarray(0, 60))
  await expect(unpacked(async () => archive, target)).rejects.toThrow(`cannot unpack ${archive}: `)
  expect(await readdir(join(home, 'cache'))).toEqual([])
})
