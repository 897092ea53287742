import { createInterface } from 'node:readline'

/** What the bench asks a peer for: so many messages of that queue. bench/bridge/peer-side.ts says how. */
export interface Request {
  readonly count: number
  readonly queueUrl: string
}

/** Says that this process is ready, and answers every request with how long it took. */
export async function serve(consume: (request: Request) => Promise<void>) {
  console.log(JSON.stringify({ ready: true, pid: process.pid }))
  for await (const line of createInterface({ input: process.stdin })) {
    const [, count, queueUrl = ''] = line.split(' ')
    const began = performance.now()
    await consume({ count: Number(count), queueUrl })
    console.log(JSON.stringify({ seconds: (performance.now() - began) / 1_000 }))
  }
  process.exit()
}
