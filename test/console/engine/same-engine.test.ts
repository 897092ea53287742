import type { SQSRecord } from 'aws-lambda'
import { expect, onTestFinished, test } from 'vitest'
import type { Request, Told } from '../../../console/engine/protocol.ts'
import { type Answer, evaluate, type Question } from '../../../console/playground/evaluation.ts'
import { typedMessage } from '../../../console/playground/typed-message.ts'
import { type JsonValue, toJsonText } from '../../../lambda/json/json.ts'
import { startConsoleServer } from '../../../local/console/console-server.ts'
import { noChromium, startChromium } from '../../support/chromium.ts'
import { generateExpression, MESSAGES, seeded } from '../../support/feel-generator.ts'
import { sqsRecord } from '../../support/sqs.ts'

/** The same questions each time; `FEEL_SEED=123` asks others, `FEEL_CASES=100000` more. */
const seed = Number(process.env.FEEL_SEED ?? 20_261_129)
const cases = Number(process.env.FEEL_CASES ?? 1_000)

/** What two evaluations do not agree on. */
const OF_THE_MOMENT = /\b(?:now|today|uuid|random number)\(/

test.skipIf(noChromium !== undefined)(
  `the engine says in the page’s worker what it says in Node, on generated expressions${noChromium ? ` (${noChromium})` : ''}`,
  async () => {
    const random = seeded(seed)
    const questions = Array.from({ length: cases }, (_, index) => questionOf(generateExpression(random), index)).filter(
      ({ expression }) => !OF_THE_MOMENT.test(expression),
    )
    const answers = await answersOfPage(questions)
    const differences = questions.flatMap((question, index) => {
      const here = structuredClone(evaluate(question))
      return JSON.stringify(here) === JSON.stringify(answers[index]) ? [] : [{ question, here, there: answers[index] }]
    })
    expect(answers).toHaveLength(questions.length)
    expect(differences.slice(0, 10)).toEqual([])
  },
  300_000,
)

function questionOf(expression: string, index: number): Question {
  const { body = null, attributes, messageAttributes } = MESSAGES[index % MESSAGES.length] ?? {}
  const record: SQSRecord = {
    ...sqsRecord({ messageId: `m-${index}`, body: typeof body === 'string' ? body : toJsonText(body as JsonValue) }),
    attributes: attributes as unknown as SQSRecord['attributes'],
    messageAttributes: messageAttributes as unknown as SQSRecord['messageAttributes'],
  }
  return { expression, property: index % 2 === 0 ? 'activationCondition' : 'resultExpression', message: typedMessage(record) }
}

/** What runs in the page: a worker is asked one question after the other. */
declare const Worker: new (
  url: string,
  options: object,
) => { onmessage: (event: { readonly data: Told }) => void; postMessage(request: Request): void }

async function answersOfPage(questions: readonly Question[]): Promise<Answer[]> {
  const server = await startConsoleServer({}, { soFar: () => [], subscribe: () => () => {} })
  onTestFinished(() => server.stop())
  const browser = await startChromium()
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.goto(server.address)
  return await page.evaluate(async (questions) => {
    const worker = new Worker('/engine.js', { type: 'module' })
    const answers: Answer[] = []
    for (const question of questions)
      answers.push(
        await new Promise((resolve, reject) => {
          let answer: Answer
          worker.onmessage = ({ data }) => {
            if (data.kind === 'answer') answer = data.answer
            if (data.kind === 'failed') reject(new Error(data.reason))
            // Its trace is told by then.
            if (data.kind === 'done') resolve(answer)
          }
          worker.postMessage({ kind: 'evaluate', question })
        }),
      )
    return answers
  }, questions)
}
