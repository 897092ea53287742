import { execFile } from 'node:child_process'
import { glob, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A Java installation which was found and asked for its version. */
export interface Jdk {
  /** Its home directory, as it names it itself (`java.home`). */
  javaHome: string
  /** Its `java` executable. */
  java: string
  /** Its feature version: 21 for "21.0.5", 8 for "1.8.0_402". */
  major: number
}

/** Where Java installations are looked for. */
export interface JdkSearch {
  /** `JAVA_HOME`, if it is set. */
  javaHome: string | undefined
  /** The `PATH`. */
  path: string | undefined
  /** Glob patterns of home directories. */
  places: readonly string[]
}

const usualPlaces: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/usr/lib/jvm/*', '/usr/lib64/jvm/*', '/usr/java/*'],
  darwin: ['/Library/Java/JavaVirtualMachines/*/Contents/Home', '/{opt/homebrew,usr/local}/opt/openjdk*/libexec/openjdk.jdk/Contents/Home'],
  win32: ['C:/Program Files/{Eclipse Adoptium,Java,Microsoft,Zulu,Amazon Corretto}/*'],
}

/** Where this machine's Java installations are: `JAVA_HOME`, the `PATH`, and where its system, SDKMAN and IntelliJ put them. */
export const thisMachine = (): JdkSearch => ({
  javaHome: process.env.JAVA_HOME,
  path: process.env.PATH,
  places: [
    ...(usualPlaces[process.platform] ?? []),
    `${homedir().replaceAll('\\', '/')}/.sdkman/candidates/java/*`,
    `${homedir().replaceAll('\\', '/')}/.jdks/*`,
  ],
})

/**
 * A Java installation of at least that feature version, or undefined. `JAVA_HOME` goes first, then `java` on the `PATH`, then the usual
 * places; of several there, the oldest that will do: it is nearest to what the engines were built for.
 */
export async function findJdk(minimumMajor = 21, search: JdkSearch = thisMachine()): Promise<Jdk | undefined> {
  const suffices = (jdk: Jdk | undefined): jdk is Jdk => jdk !== undefined && jdk.major >= minimumMajor
  const configured = search.javaHome ? await askForVersion(executableOf(search.javaHome)) : undefined
  if (suffices(configured)) return configured
  const onPath = search.path ? await askForVersion('java', search.path) : undefined
  if (suffices(onPath)) return onPath
  const javas = new Set<string>()
  for await (const home of glob(search.places)) javas.add(await realpath(executableOf(home)).catch(() => executableOf(home)))
  const installed = await Promise.all([...javas].map((java) => askForVersion(java)))
  return installed.filter(suffices).sort((a, b) => a.major - b.major || a.javaHome.localeCompare(b.javaHome))[0]
}

/** The line to show where `findJdk` found none: what was looked for, where, and how to mend it. */
export function jdkNotFound(minimumMajor = 21, search: JdkSearch = thisMachine()): string {
  const places = [search.javaHome ? `JAVA_HOME (${search.javaHome})` : 'JAVA_HOME (not set)', 'java on the PATH', ...search.places]
  return `no JDK ≥ ${minimumMajor} found; looked at ${places.join(', ')}: install a JDK ≥ ${minimumMajor} or set JAVA_HOME to one`
}

const executableOf = (javaHome: string): string => join(javaHome, 'bin', process.platform === 'win32' ? 'java.exe' : 'java')

/** What is no working Java (nothing there, another program, macOS's placeholder which only asks to install one) is undefined. */
async function askForVersion(java: string, path = process.env.PATH): Promise<Jdk | undefined> {
  try {
    const { stderr } = await promisify(execFile)(java, ['-XshowSettings:properties', '-version'], {
      env: { ...process.env, PATH: path },
      timeout: 20_000,
    })
    const version = /version "(?:1\.)?(\d+)/.exec(stderr)?.[1]
    const javaHome = /java\.home = (.*\S)/.exec(stderr)?.[1]
    return version && javaHome ? { javaHome, java: executableOf(javaHome), major: Number(version) } : undefined
  } catch {
    return undefined
  }
}
