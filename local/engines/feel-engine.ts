import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isObject, type JsonObject, parseFirstJsonValue, toJsonText } from '../../lambda/json/json.ts'
import { feelEngineWrapper } from './feel-engine-artifacts.ts'
import type { Jdk } from './jdk.ts'
import { fetchArtifacts } from './maven-central.ts'

/**
 * Camunda's own FEEL engine, 1.20.0, in the wrapper through which its connectors 8.8.7 call it. It runs in a JVM of its own, which ends with
 * its input.
 */
export interface FeelEngine {
  /** Answers in the order of the questions; what each holds is said in FeelEngineLines.java. */
  ask(questions: readonly FeelQuestion[]): Promise<JsonObject[]>
  stop(): Promise<void>
}

export interface FeelQuestion {
  readonly expression: string
  readonly context: JsonObject
  /** A measurement of so many rounds. */
  readonly rounds?: number
  /** How long each of them lasts at least. */
  readonly millis?: number
}

/**
 * Starts the engine; its jars (12 MB) are downloaded once in a machine's life.
 * @param jdk of Java 21 or newer
 */
export async function startFeelEngine(jdk: Jdk): Promise<FeelEngine> {
  const classPath = await fetchArtifacts(feelEngineWrapper)
  const program = fileURLToPath(new URL('FeelEngineLines.java', import.meta.url))
  const child = spawn(jdk.java, ['-Xss8m', '-Xmx1g', '-cp', classPath.join(delimiter), program], { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    ask: async (questions) => {
      child.stdin.write(questions.map((question) => `${toJsonText({ ...question })}\n`).join(''))
      const answers: JsonObject[] = []
      while (answers.length < questions.length) {
        const { value: line, done } = await lines.next()
        const answer = done ? undefined : parseFirstJsonValue(line)
        if (answer === undefined || !isObject(answer))
          throw new Error(`Camunda's FEEL engine gave no answer to ${questions[answers.length]?.expression}`)
        answers.push(answer)
      }
      return answers
    },
    stop: async () => {
      child.stdin.end()
      child.kill()
      await ended
    },
  }
}
