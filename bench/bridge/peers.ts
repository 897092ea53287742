import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findJdk, jdkNotFound } from '../../local/engines/jdk.ts'

/** A peer of this repository, by its name, or any other by its command. */
export interface Peer {
  readonly name: string
  /** Undefined: it cannot be run here, for the reason that was told. */
  readonly command: string | undefined
}

const here = (file: string) => fileURLToPath(new URL(`../peers/${file}`, import.meta.url))

export async function peerOf(text: string): Promise<Peer> {
  const [name = '', argument = ''] = text.split(':')
  switch (name) {
    case 'serial-consumer':
      return { name: 'one at a time', command: `exec "${process.execPath}" "${here('serial-consumer.ts')}"` }
    case 'node-loop':
      return {
        name: `raw Node loop, ${Number(argument || 4) * 10} in flight`,
        command: `exec "${process.execPath}" "${here('node-loop.ts')}" ${argument}`,
      }
    case 'camel':
      return { name: `Camel route, ${argument || 10} consumers`, command: await camelCommand(argument || '10') }
    default:
      return { name: text, command: text }
  }
}

const CAMEL_JDK = 17

/** Built by Maven once. */
async function camelCommand(consumers: string): Promise<string | undefined> {
  const jdk = await findJdk(CAMEL_JDK)
  if (!jdk) return leftOut(jdkNotFound(CAMEL_JDK))
  const directory = here('camel')
  if (!existsSync(`${directory}/target/dependency`)) {
    try {
      execFileSync('mvn', ['--batch-mode', '--quiet', 'compile', 'dependency:copy-dependencies'], {
        cwd: directory,
        stdio: 'inherit',
        env: { ...process.env, JAVA_HOME: jdk.javaHome },
      })
    } catch (error) {
      return leftOut(`Maven: ${(error as Error).message}`)
    }
  }
  return `exec "${jdk.java}" -cp "${directory}/target/classes:${directory}/target/dependency/*" bench.Route ${consumers}`
}

function leftOut(reason: string): undefined {
  console.log(`the Camel route is left out: ${reason}`)
}
