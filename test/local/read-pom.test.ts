import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readPom } from '../../local/engines/maven-central.ts'

const COORDINATES = 'org.example:tool_2.13:1.2.3'
const PATH = 'org/example/tool_2.13/1.2.3/tool_2.13-1.2.3.pom'

let home: string
let server: Server
let requests: string[]
let status: number
let sources: { repository: string; localRepository: string; cache: string }

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'read-pom-test-'))
  requests = []
  status = 200
  server = createServer((request, response) => {
    requests.push(request.url ?? '')
    response.writeHead(status).end('<project>downloaded</project>')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const repository = `http://127.0.0.1:${(server.address() as AddressInfo).port}/maven`
  sources = { repository, localRepository: join(home, 'm2'), cache: join(home, 'cache') }
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
  await rm(home, { recursive: true })
})

const put = async (repository: string, text: string) => {
  await mkdir(dirname(join(repository, PATH)), { recursive: true })
  await writeFile(join(repository, PATH), text)
}

test('a POM is downloaded once, and kept', async () => {
  expect(await readPom(COORDINATES, sources)).toBe('<project>downloaded</project>')
  expect(await readPom(COORDINATES, sources)).toBe('<project>downloaded</project>')
  expect(requests).toEqual([`/maven/${PATH}`])
  expect(await readFile(join(sources.cache, PATH), 'utf8')).toBe('<project>downloaded</project>')
})

test('Maven’s own local repository is read first, and then the cache', async () => {
  await put(sources.cache, 'cached')
  expect(await readPom(COORDINATES, sources)).toBe('cached')
  await put(sources.localRepository, 'local')
  expect(await readPom(COORDINATES, sources)).toBe('local')
  expect(requests).toEqual([])
})

test('what the repository does not have is told with its name, and not kept', async () => {
  status = 404
  await expect(readPom(COORDINATES, sources)).rejects.toThrow(
    `cannot download the POM of ${COORDINATES} from ${sources.repository}/${PATH}: the repository answers 404 Not Found`,
  )
  status = 200
  expect(await readPom(COORDINATES, sources)).toBe('<project>downloaded</project>')
})
