import { type HttpService, startHttpService } from './http-service.ts'

/**
 * Stand-in for S3: PutObject, and GetObject with a range from the first byte, on texts in memory, by the path `/BUCKET/KEY`.
 *
 * What it does not do: buckets (each name is one), versions, checks of signatures and permissions, multipart uploads, encryption, lists.
 */
export interface ObjectStore extends HttpService {
  /** By `BUCKET/KEY`. */
  readonly objects: Map<string, Buffer>
}

export async function startObjectStore(): Promise<ObjectStore> {
  const objects = new Map<string, Buffer>()
  const service = await startHttpService((request, body, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const name = decodeURIComponent(pathname.slice(1))
    if (request.method === 'PUT') {
      objects.set(name, body)
      response.writeHead(200).end()
      return
    }
    const object = objects.get(name)
    if (!object) {
      response
        .writeHead(404, { 'content-type': 'application/xml' })
        .end('<Error><Code>NoSuchKey</Code><Message>It is not here.</Message></Error>')
      return
    }
    const last = Number(/^bytes=0-(\d+)$/.exec(request.headers.range ?? '')?.[1] ?? object.length - 1)
    const part = object.subarray(0, last + 1)
    response.writeHead(206, { 'content-length': part.length, 'content-range': `bytes 0-${part.length - 1}/${object.length}` }).end(part)
  })
  return { ...service, objects }
}
