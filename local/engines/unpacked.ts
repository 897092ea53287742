import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { extract } from 'tar'

/**
 * The directory, filled from a tar.gz archive unless it is there already. It appears whole or not at all, and of several processes which
 * unpack it at once the first wins.
 * @param archive gives the archive's path; asked only if there is something to unpack
 */
export async function unpacked(archive: () => Promise<string>, directory: string): Promise<string> {
  if (await exists(directory)) return directory
  const file = await archive()
  const partial = `${directory}.${randomUUID()}.part`
  await mkdir(partial, { recursive: true })
  try {
    await extract({ file, cwd: partial })
    await rename(partial, directory).catch(async (error) => {
      if (!(await exists(directory))) throw error
    })
  } catch (error) {
    throw new Error(`cannot unpack ${file}: ${error instanceof Error ? error.message : error}`, { cause: error })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return directory
}

const exists = (directory: string): Promise<boolean> =>
  stat(directory).then(
    () => true,
    () => false,
  )
