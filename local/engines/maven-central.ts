import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import envPaths from 'env-paths'
import pLimit from 'p-limit'

/** Both are CommonJS with a `default` of their own, which Node and Vite would import differently. */
const require = createRequire(import.meta.url)
const parseCoordinates = require('mvn-artifact-name-parser').default as typeof import('mvn-artifact-name-parser').default
const artifactUrl = require('mvn-artifact-url').default as typeof import('mvn-artifact-url').default

/** A file of a Maven repository, and what it must be. */
export interface MavenArtifact {
  /** `groupId:artifactId:version` of a jar, or `groupId:artifactId:extension:version`. */
  coordinates: string
  /** In hexadecimal. */
  sha256: string
  /** In bytes. */
  size: number
}

/** How far a download has come. */
export interface DownloadProgress {
  artifact: MavenArtifact
  receivedBytes: number
  totalBytes: number
}

/** Where artifacts come from; each has a default which suits a developer's machine. */
export interface ArtifactSources {
  /** The base URL of the Maven repository: the environment variable `MAVEN_REPOSITORY`, else Maven Central. */
  repository?: string | undefined
  /** Maven's own local repository, which is only read: `~/.m2/repository`. */
  localRepository?: string
  /** This project's cache, in the layout of a Maven repository. */
  cache?: string
  /** Called for every chunk which arrives; not called for what is on this machine already. */
  onProgress?: ((progress: DownloadProgress) => void) | undefined
}

/** The project's folder in the user's cache directory: `$XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`. */
export const cacheDirectory = (): string => envPaths('camunda-sqs-bridge', { suffix: '' }).cache

/**
 * The path of the artifact on this machine, downloaded if it is not there yet. Only a file with the right SHA-256 is ever handed out, or
 * put where a later call will find it.
 * @throws Error of one line which names the artifact and the cause
 */
export async function fetchArtifact(artifact: MavenArtifact, sources: ArtifactSources = {}): Promise<string> {
  const path = await repositoryPath(artifact)
  const cached = join(sources.cache ?? join(cacheDirectory(), 'maven'), path)
  for (const file of [join(sources.localRepository ?? join(homedir(), '.m2', 'repository'), path), cached]) {
    if (await holds(file, artifact)) return file
  }
  await download(artifact, cached, sources)
  return cached
}

/** The paths of all the artifacts, in their order; a few are downloaded at a time. */
export async function fetchArtifacts(artifacts: readonly MavenArtifact[], sources: ArtifactSources = {}): Promise<string[]> {
  const limit = pLimit(4)
  try {
    return await Promise.all(artifacts.map((artifact) => limit(() => fetchArtifact(artifact, sources))))
  } finally {
    limit.clearQueue()
  }
}

/**
 * The text of the POM of `groupId:artifactId:version`, from this machine or downloaded. Nothing pins POMs, and nothing is ever run from
 * them: they are read for what they tell of the artifacts that are pinned.
 * @throws Error of one line which names the POM and the cause
 */
export async function readPom(coordinates: string, sources: ArtifactSources = {}): Promise<string> {
  const pom = { coordinates: coordinates.replace(/:([^:]+)$/, ':pom:$1') }
  const path = await repositoryPath(pom)
  const cached = join(sources.cache ?? join(cacheDirectory(), 'maven'), path)
  for (const file of [join(sources.localRepository ?? join(homedir(), '.m2', 'repository'), path), cached]) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return text
  }
  const url = await repositoryUrl(pom, sources)
  const partial = `${cached}.${randomUUID()}.part`
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) })
    if (!response.ok) throw new Error(`the repository answers ${response.status} ${response.statusText}`.trim())
    const text = await response.text()
    await mkdir(dirname(cached), { recursive: true })
    await writeFile(partial, text)
    await rename(partial, cached)
    return text
  } catch (error) {
    throw new Error(`cannot download the POM of ${coordinates} from ${url}: ${causeOf(error)}`, { cause: error })
  } finally {
    await rm(partial, { force: true })
  }
}

/** Where an artifact is in any Maven repository, relative to its root. */
const repositoryPath = async ({ coordinates }: Pick<MavenArtifact, 'coordinates'>): Promise<string> =>
  (await artifactUrl(parseCoordinates(coordinates), '/')).slice(1)

function repositoryUrl({ coordinates }: Pick<MavenArtifact, 'coordinates'>, sources: ArtifactSources): Promise<string> {
  const repository = (sources.repository || process.env.MAVEN_REPOSITORY || undefined)?.replace(/\/*$/, '/')
  return artifactUrl(parseCoordinates(coordinates), repository)
}

async function holds(file: string, { sha256, size }: MavenArtifact): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  if (found?.size !== size) return false
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex') === sha256
}

/** To a file of its own beside the target, renamed when it is whole and right: whoever else downloads the same thing is not disturbed. */
async function download(artifact: MavenArtifact, target: string, sources: ArtifactSources): Promise<void> {
  const url = await repositoryUrl(artifact, sources)
  const partial = `${target}.${randomUUID()}.part`
  await mkdir(dirname(target), { recursive: true })
  await removeAbandoned(dirname(target))
  try {
    const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
    if (!response.ok || !response.body) throw new Error(`the repository answers ${response.status} ${response.statusText}`.trim())
    const hash = createHash('sha256')
    let receivedBytes = 0
    const watch = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        receivedBytes += chunk.length
        sources.onProgress?.({ artifact, receivedBytes, totalBytes: artifact.size })
        yield chunk
      }
    }
    await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(partial, { flags: 'wx' }))
    const digest = hash.digest('hex')
    if (digest !== artifact.sha256)
      throw new Error(`its SHA-256 is ${digest} (${receivedBytes} bytes), not ${artifact.sha256} (${artifact.size} bytes)`)
    if (!(await holds(target, artifact))) await rename(partial, target)
  } catch (error) {
    throw new Error(`cannot download ${artifact.coordinates} from ${url}: ${causeOf(error)}`, { cause: error })
  } finally {
    await rm(partial, { force: true })
  }
}

/** Whoever was killed while downloading could not clear up. */
async function removeAbandoned(directory: string): Promise<void> {
  const anHourAgo = Date.now() - 3_600_000
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.part')) continue
    const written = await stat(join(directory, name)).catch(() => undefined)
    if (written && written.mtimeMs < anHourAgo) await rm(join(directory, name), { force: true })
  }
}

/** fetch says only "fetch failed"; why is in the cause, and where several addresses were tried, in its code. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return causeOf(error.cause)
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name)
}
