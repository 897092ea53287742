import { GetParameterCommand } from '@aws-sdk/client-ssm'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { patient, promptSsmClient } from '../../lambda/patient-parameters.ts'
import { startHttpService } from '../../local/http-service.ts'

afterEach(() => void vi.useRealTimers())

describe('a parameter store that has failed', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))

  /** A store which is as the test says, and counts how often it is asked. */
  function store() {
    const state = { fault: undefined as Error | undefined, asked: 0 }
    const read = async () => {
      state.asked += 1
      if (state.fault) throw state.fault
      return 'value'
    }
    const parameters = patient({ get: read, getMultiple: read } as never)
    return { state, get: () => parameters.get('name'), getMultiple: () => parameters.getMultiple('/path/') }
  }

  test('is not asked again for ten seconds, for whatever parameter: nobody waits for what will not come', async () => {
    const { state, get, getMultiple } = store()
    state.fault = new Error('throttled')
    await expect(get()).rejects.toThrow('throttled')
    vi.setSystemTime(Date.now() + 9_999)
    await expect(getMultiple()).rejects.toThrow('throttled')
    await expect(get()).rejects.toThrow('throttled')
    expect(state.asked).toBe(1)
    vi.setSystemTime(Date.now() + 1)
    state.fault = undefined
    expect(await get()).toBe('value')
    expect(await getMultiple()).toBe('value')
    expect(state.asked).toBe(3)
  })

  test('fails anew for ten seconds from its last failure on', async () => {
    const { state, get } = store()
    state.fault = new Error('throttled')
    for (let failure = 0; failure < 3; failure++) {
      await expect(get()).rejects.toThrow()
      await expect(get()).rejects.toThrow()
      vi.setSystemTime(Date.now() + 10_000)
    }
    expect(state.asked).toBe(3)
  })
})

test('a parameter store that does not answer is given up after two times one and a half seconds', { timeout: 30_000 }, async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let asked = 0
  const silent = await startHttpService(() => {
    asked += 1
  })
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: silent.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  const fault = promptSsmClient()
    .send(new GetParameterCommand({ Name: 'name' }))
    .then(
      () => undefined,
      (error: Error) => error.name,
    )
  for (let attempt = 1; attempt <= 2; attempt++) {
    // What comes before a request, as the pause before its second attempt, is over soon.
    const isAsked = () => {
      vi.advanceTimersByTime(1)
      return asked === attempt
    }
    await vi.waitUntil(isAsked, { timeout: 20_000, interval: 5 })
    await vi.advanceTimersByTimeAsync(1_500)
  }
  expect(await fault).toBe('TimeoutError')
  expect(asked).toBe(2)
  await silent.stop()
})
