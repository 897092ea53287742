import { testConnectors } from '../testing/connector-tests.ts'

export interface TestOptions {
  /** A directory. */
  readonly connectors: string
  /** Only tests whose names have this text. */
  readonly name?: string | undefined
  readonly json?: boolean | undefined
}

/** Runs connectors' tests. */
export async function test(names: readonly string[], { connectors: directory, name, json = false }: TestOptions): Promise<number> {
  return testConnectors({ directory, connectors: names, testName: name, json }, { out: console.log })
}
