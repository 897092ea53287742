import { expect, test } from 'vitest'
import { BackPressure } from '../../../local/camunda/back-pressure.ts'

test('as many commands as it says are waiting or under way, one after the other; what is beyond is not executed', async () => {
  const backPressure = new BackPressure({ serviceTime: 1, inFlight: 3 })
  const executed: number[] = []
  const send = (n: number) => backPressure.execute(() => executed.push(n))
  const answers = await Promise.all([1, 2, 3, 4, 5].map(send))
  expect(answers).toEqual([1, 2, 3, undefined, undefined])
  expect(executed).toEqual([1, 2, 3])
  expect(await send(6)).toBe(4)
})

test('a command begins when the one before it has ended, and not with it', async () => {
  const backPressure = new BackPressure({ serviceTime: 1, inFlight: 2 })
  const ends = Promise.withResolvers<string>()
  let hasBegun = false
  const first = backPressure.execute(() => ends.promise)
  const second = backPressure.execute(() => {
    hasBegun = true
    return 'second'
  })
  expect(await Promise.race([second, new Promise((over) => setTimeout(() => over('waits'), 50))])).toBe('waits')
  expect(hasBegun).toBe(false)
  ends.resolve('first')
  expect(await Promise.all([first, second])).toEqual(['first', 'second'])
})

test.each([0, 1])(
  'a command that fails gives its place back, and keeps none after it from being executed: of %d ms',
  async (serviceTime) => {
    const backPressure = new BackPressure({ serviceTime, inFlight: 1 })
    const failing = () => {
      throw new Error('refused')
    }
    await expect(backPressure.execute(failing)).rejects.toThrow('refused')
    expect(await backPressure.execute(() => 'done')).toBe('done')
  },
)
