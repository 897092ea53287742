import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** A subsegment as X-Ray takes it. */
export interface SegmentDocument {
  readonly id: string
  readonly name: string
  /** Of one that is not within another. */
  readonly trace_id?: string
  readonly parent_id?: string
  readonly type?: string
  readonly subsegments?: readonly SegmentDocument[]
  readonly namespace?: string
  readonly start_time: number
  readonly end_time: number
  readonly error?: boolean
  readonly fault?: boolean
  readonly annotations: Readonly<Record<string, string | number>>
}

/**
 * Stand-in for the X-Ray daemon on the loopback: takes datagrams as its protocol has them, a line that says the format and a document, and keeps the
 * documents. What is anything else it throws at whoever started it.
 */
export async function startXrayDaemon() {
  const documents: SegmentDocument[] = []
  const faults: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (datagram) => {
    const [head, ...rest] = datagram.toString().split('\n')
    if (head !== '{"format":"json","version":1}') faults.push(`no header: ${head}`)
    else if (datagram.length > 64_000) faults.push(`a datagram of ${datagram.length} bytes`)
    else documents.push(JSON.parse(rest.join('\n')))
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    documents,
    faults,
    stop: () => new Promise<void>((resolve) => socket.close(resolve)),
  }
}
