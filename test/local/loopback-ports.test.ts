import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { onLoopbackPorts, PortTaken } from '../../local/engines/loopback-ports.ts'

const purposes = { rest: 'the REST API', grpc: 'the gRPC API', internal: 'the inside' }

it('what is not wanted is free, and no port is given twice', async () => {
  const ports = await onLoopbackPorts(purposes, {}, async (ports) => ports)
  expect(new Set(Object.values(ports)).size).toBe(3)
  for (const port of Object.values(ports)) {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
  }
})

it('a wanted port is used', async () => {
  const { grpc } = await onLoopbackPorts(purposes, {}, async (ports) => ports)
  expect(await onLoopbackPorts(purposes, { grpc }, async (ports) => ports.grpc)).toBe(grpc)
})

it('a wanted port which is taken is one line which says so, and nothing is started', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  let started = 0
  const start = async () => started++
  await expect(onLoopbackPorts(purposes, { rest: port }, start)).rejects.toThrow(
    new PortTaken(`port ${port} of 127.0.0.1, wanted for the REST API, cannot be had (EADDRINUSE): free it or choose another`),
  )
  expect(started).toBe(0)
  other.close()
})

it('a start which found its ports taken is repeated with others, three times in all', async () => {
  const tried: number[] = []
  const failing = (failures: number) => async (ports: { rest: number }) => {
    tried.push(ports.rest)
    if (tried.length <= failures) throw new PortTaken('taken')
    return ports.rest
  }
  expect(await onLoopbackPorts(purposes, {}, failing(2))).toBe(tried[2])
  expect(new Set(tried).size).toBe(3)
  tried.length = 0
  await expect(onLoopbackPorts(purposes, {}, failing(3))).rejects.toThrow('taken')
  expect(tried.length).toBe(3)
})

it('a start which fails otherwise is not repeated', async () => {
  let tried = 0
  const start = async () => {
    tried++
    throw new Error('no memory')
  }
  await expect(onLoopbackPorts(purposes, {}, start)).rejects.toThrow('no memory')
  expect(tried).toBe(1)
})
