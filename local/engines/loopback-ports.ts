import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** A program could not listen on its port: another one took it first. */
export class PortTaken extends Error {
  override name = 'PortTaken'
}

/**
 * Starts something on ports of 127.0.0.1: those which are wanted, and free ones for the rest. A free port may be gone by the time a slow
 * program binds it, so a start which fails with `PortTaken` is repeated with others.
 * @param purposes what each port is for, as an error should say it
 * @throws PortTaken if a wanted port is taken
 */
export async function onLoopbackPorts<Name extends string, Started>(
  purposes: Readonly<Record<Name, string>>,
  wanted: Readonly<Partial<Record<Name, number>>>,
  start: (ports: Record<Name, number>) => Promise<Started>,
): Promise<Started> {
  for (let attempt = 1; ; attempt++) {
    const ports = await choosePorts(purposes, wanted)
    try {
      return await start(ports)
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === 3) throw error
    }
  }
}

async function choosePorts<Name extends string>(purposes: Readonly<Record<Name, string>>, wanted: Readonly<Partial<Record<Name, number>>>) {
  const held: Server[] = []
  const ports: Partial<Record<Name, number>> = {}
  try {
    for (const name of Object.keys(purposes) as Name[]) {
      const server = createServer()
      held.push(server)
      server.listen(wanted[name] ?? 0, '127.0.0.1')
      await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
        throw new PortTaken(
          `port ${wanted[name]} of 127.0.0.1, wanted for ${purposes[name]}, cannot be had (${error.code}): free it or choose another`,
        )
      })
      ports[name] = (server.address() as { port: number }).port
    }
  } finally {
    await Promise.all(held.map((server) => server.listening && new Promise((closed) => server.close(closed))))
  }
  return ports as Record<Name, number>
}
