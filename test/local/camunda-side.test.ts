import { expect, onTestFinished, test, vi } from 'vitest'
import { toJsonText } from '../../lambda/json/json.ts'
import { type SeenJob, workOnJobs } from '../../local/camunda-side.ts'
import { startHttpService } from '../../local/http-service.ts'

/** A Camunda with one job, which ends the answers when it is completed. */
async function jobsSeen(variables: string): Promise<SeenJob[]> {
  const [seen, completed]: [SeenJob[], string[]] = [[], []]
  const camunda = await startHttpService((request, body, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://camunda')
    response.setHeader('content-type', 'application/json')
    if (pathname.endsWith('/completion')) {
      completed.push(pathname)
      return void response.writeHead(204).end()
    }
    const isWanted = body.toString().includes('"example-order-confirm"') && seen.length === 0
    response.end(isWanted ? `{"jobs":[{"jobKey":"7","processInstanceKey":"9007199254740993","variables":${variables}}]}` : '{"jobs":[]}')
  })
  const work = workOnJobs(
    { CAMUNDA_REST_ADDRESS: camunda.url },
    ['example-order-confirm', 'example-order-ship'],
    (job) => seen.push(job),
    () => {},
  )
  onTestFinished(async () => {
    await work.stop()
    await camunda.stop()
  })
  await vi.waitFor(() => expect(completed).toEqual(['/v2/jobs/7/completion']), { timeout: 10_000 })
  return seen
}

test.each([
  '{"n":9007199254740993,"list":[-9007199254740993,{"deep":123456789012345678901234567890}],"half":0.5,"text":"9007199254740993"}',
  '{"whole":1.0,"id":"A","none":null,"yes":true}',
  '{}',
])('the variables of a job are told as Camunda has them: %s', async (variables) => {
  const [job] = await jobsSeen(variables)
  expect(job).toMatchObject({ type: 'example-order-confirm', processInstanceKey: '9007199254740993' })
  expect(toJsonText(job?.variables ?? null)).toBe(variables)
})
