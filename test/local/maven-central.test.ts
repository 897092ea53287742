import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { elasticMqServer } from '../../local/engines/artifacts.ts'
import {
  type ArtifactSources,
  cacheDirectory,
  type DownloadProgress,
  fetchArtifact,
  fetchArtifacts,
  type MavenArtifact,
} from '../../local/engines/maven-central.ts'

const content = Buffer.alloc(300_000, 'engine ')

const artifactOf = (coordinates: string, bytes: Buffer = content): MavenArtifact => ({
  coordinates,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  size: bytes.length,
})

const jar = artifactOf('org.example:tool_2.13:1.2.3')
const jarPath = 'org/example/tool_2.13/1.2.3/tool_2.13-1.2.3.jar'

/** A Maven repository on 127.0.0.1, which remembers what it was asked for. */
class Repository {
  readonly requests: string[] = []
  answer: (path: string, response: ServerResponse) => void = (_path, response) => response.end(content)
  readonly #server: Server = createServer((request, response) => {
    this.requests.push(request.url ?? '')
    this.answer(request.url ?? '', response)
  })

  async start(): Promise<string> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/maven/`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }
}

let repository: Repository
let home: string
let sources: ArtifactSources & { localRepository: string; cache: string }

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'maven-central-test-'))
  repository = new Repository()
  sources = { repository: await repository.start(), localRepository: join(home, 'm2'), cache: join(home, 'cache') }
})

afterEach(async () => {
  await repository.stop()
  await rm(home, { recursive: true })
})

const put = async (file: string, bytes: Buffer | string) => {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, bytes)
}

const filesIn = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name)

describe('fetching an artifact', () => {
  it('downloads it into the cache, where it is found the next time', async () => {
    const file = await fetchArtifact(jar, sources)
    expect(file).toBe(join(sources.cache, jarPath))
    expect(await readFile(file)).toEqual(content)
    expect(await fetchArtifact(jar, sources)).toBe(file)
    expect(repository.requests).toEqual([`/maven/${jarPath}`])
    expect(await filesIn(sources.cache)).toEqual(['tool_2.13-1.2.3.jar'])
  })

  it('asks for another extension than jar by its name', async () => {
    await fetchArtifact(artifactOf('org.example:dist:tar.gz:2.0'), sources)
    expect(repository.requests).toEqual(['/maven/org/example/dist/2.0/dist-2.0.tar.gz'])
  })

  it("takes it from Maven's local repository if it is there", async () => {
    await put(join(sources.localRepository, jarPath), content)
    expect(await fetchArtifact(jar, sources)).toBe(join(sources.localRepository, jarPath))
    expect(repository.requests).toEqual([])
  })

  it.each([
    ['has another content of the same size', Buffer.alloc(content.length, 'x')],
    ['is only half there', content.subarray(0, 1000)],
  ])("leaves a file of Maven's local repository alone which %s, and downloads", async (_what, bytes) => {
    await put(join(sources.localRepository, jarPath), bytes)
    expect(await fetchArtifact(jar, sources)).toBe(join(sources.cache, jarPath))
    expect(await readFile(join(sources.localRepository, jarPath))).toEqual(bytes)
  })

  it('replaces a damaged file of the cache', async () => {
    await put(join(sources.cache, jarPath), content.subarray(0, 1000))
    expect(await readFile(await fetchArtifact(jar, sources))).toEqual(content)
  })

  it('goes to the repository which MAVEN_REPOSITORY names, with or without a slash at its end', async () => {
    const { repository: base, ...withoutRepository } = sources
    process.env.MAVEN_REPOSITORY = base?.slice(0, -1)
    try {
      await fetchArtifact(jar, withoutRepository)
    } finally {
      delete process.env.MAVEN_REPOSITORY
    }
    expect(repository.requests).toEqual([`/maven/${jarPath}`])
  })

  it('tells how far it has come', async () => {
    const seen: DownloadProgress[] = []
    await fetchArtifact(jar, { ...sources, onProgress: (progress) => seen.push(progress) })
    expect(seen.at(-1)).toEqual({ artifact: jar, receivedBytes: content.length, totalBytes: content.length })
    expect(seen.map(({ receivedBytes }) => receivedBytes)).toEqual(seen.map(({ receivedBytes }) => receivedBytes).sort((a, b) => a - b))
    expect(seen.length).toBeGreaterThan(1)
  })

  it('gives several callers at once the whole file each', async () => {
    repository.answer = (_path, response) => {
      response.write(content.subarray(0, 100_000))
      setTimeout(() => response.end(content.subarray(100_000)), 20)
    }
    const files = await Promise.all([1, 2, 3].map(() => fetchArtifact(jar, sources)))
    expect(new Set(files).size).toBe(1)
    expect(await readFile(files[0] as string)).toEqual(content)
    expect(await filesIn(sources.cache)).toEqual(['tool_2.13-1.2.3.jar'])
  })

  it('never shows a file under its name before all of it is there', async () => {
    let halfway: string[] = []
    repository.answer = async (_path, response) => {
      response.write(content.subarray(0, 100_000))
      await new Promise((resolve) => setTimeout(resolve, 50))
      halfway = await filesIn(sources.cache)
      response.end(content.subarray(100_000))
    }
    await fetchArtifact(jar, sources)
    expect(halfway).toEqual([expect.stringMatching(/^tool_2\.13-1\.2\.3\.jar\.[0-9a-f-]+\.part$/)])
  })

  it('leaves alone what another has put there meanwhile', async () => {
    const longAgo = new Date(1_000_000)
    repository.answer = async (_path, response) => {
      await put(join(sources.cache, jarPath), content)
      await utimes(join(sources.cache, jarPath), longAgo, longAgo)
      response.end(content)
    }
    expect((await stat(await fetchArtifact(jar, sources))).mtime).toEqual(longAgo)
  })

  it('clears up what a killed download left an hour ago, but not what another is still writing', async () => {
    const partOf = (name: string) => join(sources.cache, `${jarPath}.${name}.part`)
    await put(partOf('abandoned'), 'half')
    await put(partOf('running'), 'half')
    const longAgo = new Date(Date.now() - 2 * 3_600_000)
    await utimes(partOf('abandoned'), longAgo, longAgo)
    await fetchArtifact(jar, sources)
    expect((await filesIn(sources.cache)).sort()).toEqual(['tool_2.13-1.2.3.jar', 'tool_2.13-1.2.3.jar.running.part'])
  })
})

describe('an artifact which cannot be fetched', () => {
  const messageOf = (sources: ArtifactSources) => fetchArtifact(jar, sources).then(String, (error: Error) => error.message)

  it.each<[string, Repository['answer'], RegExp]>([
    ['the repository does not have it', (_path, response) => response.writeHead(404).end('no'), /: the repository answers 404 Not Found$/],
    [
      'its content is another one',
      (_path, response) => response.end('evil'),
      /: its SHA-256 is [0-9a-f]{64} \(4 bytes\), not [0-9a-f]{64}/,
    ],
    [
      'the connection breaks halfway',
      (_path, response) => {
        response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, 100_000), () => response.destroy())
      },
      /: other side closed$/,
    ],
  ])('is one line which says why, and leaves nothing behind: %s', async (_why, answer, cause) => {
    repository.answer = answer
    const message = await messageOf(sources)
    expect(message).toMatch(/^cannot download org\.example:tool_2\.13:1\.2\.3 from http:\/\/127\.0\.0\.1:\d+\/maven\/org\/example/)
    expect(message).toMatch(cause)
    expect(message).not.toContain('\n')
    expect(await filesIn(sources.cache)).toEqual([])
  })

  it('is one line which says why when there is no network', async () => {
    await repository.stop()
    expect(await messageOf(sources)).toMatch(
      /^cannot download org\.example:tool_2\.13:1\.2\.3 from http:.*: connect ECONNREFUSED 127\.0\.0\.1:\d+$/,
    )
    repository = new Repository()
    await repository.start()
  })

  it('is fetched by the next call', async () => {
    repository.answer = (_path, response) => response.end(content.subarray(0, 1000))
    await messageOf(sources)
    repository.answer = (_path, response) => response.end(content)
    expect(await readFile(await fetchArtifact(jar, sources))).toEqual(content)
  })
})

describe('fetching several artifacts', () => {
  const several = [...'abcdefghij'].map((name) => artifactOf(`org.example:${name}:1`, Buffer.from(name)))

  it('keeps their order', async () => {
    repository.answer = (path, response) => response.end(path.split('/')[4])
    const files = await fetchArtifacts(several, sources)
    expect(await Promise.all(files.map((file) => readFile(file, 'utf8')))).toEqual([...'abcdefghij'])
  })

  it('fails with the first which fails, and asks for no more', async () => {
    const waiting: ServerResponse[] = []
    repository.answer = (path, response) => (path.includes('/a/') ? response.writeHead(503).end() : waiting.push(response))
    await expect(fetchArtifacts(several, sources)).rejects.toThrow(/^cannot download org\.example:a:1 .*: the repository answers 503/)
    repository.answer = (_path, response) => response.end(content)
    for (const response of waiting) response.end()
    await fetchArtifact(jar, sources)
    await fetchArtifact(artifactOf('org.example:another:1'), sources)
    expect(repository.requests).not.toContain('/maven/org/example/j/1/j-1.jar')
  })
})

describe('the lists of artifacts', () => {
  it.each(elasticMqServer)('name $coordinates with a SHA-256 and a size', ({ coordinates, sha256, size }) => {
    expect(coordinates).toMatch(/^[\w.-]+:[\w.-]+(:tar\.gz)?:[\w.-]+$/)
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(size).toBeGreaterThan(1000)
  })

  it('name no jar twice', () => {
    const names = elasticMqServer.map(({ coordinates }) => coordinates.replace(/:[^:]+$/, ''))
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('the cache', () => {
  it.runIf(process.platform === 'linux')('is under XDG_CACHE_HOME', () => {
    const before = process.env.XDG_CACHE_HOME
    process.env.XDG_CACHE_HOME = '/somewhere'
    try {
      expect(cacheDirectory()).toBe('/somewhere/camunda-sqs-bridge')
    } finally {
      if (before === undefined) delete process.env.XDG_CACHE_HOME
      else process.env.XDG_CACHE_HOME = before
    }
  })
})
