import pc from 'picocolors'
import { interruption } from '../tools/command-line.ts'
import { checkedName } from '../tools/connector-argument.ts'
import type { Span } from '../tools/outcomes/span.ts'
import { type Choice, placeOf } from '../tools/place.ts'
import { startConsoleServer } from './console/console-server.ts'
import { DeployedConsole } from './console/deployed-console.ts'
import { openAddress } from './console/open-address.ts'

export interface ConsoleOptions extends Choice {
  readonly since: Span
  readonly open?: boolean | undefined
}

/** The console of a deployed connector, until Ctrl-C. */
export async function showConsole(connector: string, { since, open, ...choice }: ConsoleOptions): Promise<number> {
  const name = checkedName(connector)
  const place = await placeOf(choice)
  const deployed = new DeployedConsole(place, await place.deploymentOf(name))
  const server = await startConsoleServer(deployed.routes(), deployed)
  deployed.follow(Date.now() - since.milliseconds)
  console.log(`Console:    ${pc.bold(server.address)}`)
  console.log(pc.dim(`            of ${name}, on this machine alone; what it changes, it asks for before      (Ctrl-C ends)`))
  if (open) openAddress(server.address)
  const signal = interruption()
  await new Promise((ended) => signal.addEventListener('abort', ended))
  await Promise.all([deployed.stop(), server.stop()])
  return 0
}
