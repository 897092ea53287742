import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { measureProcesses } from '../../bench/bridge/process-usage.ts'
import { processorShare } from '../../bench/bridge/processor-share.ts'

const share = processorShare()
share?.end()

test.runIf(share)('a process that is given a tenth of a processor gets no more of it, and everything once that is over', async () => {
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  const pid = busy.pid ?? 0
  const tenth = processorShare()
  onTestFinished(() => void busy.kill('SIGKILL'))
  const shareOf = async (milliseconds: number) => {
    const began = performance.now()
    const used = measureProcesses([pid])
    await pause(milliseconds)
    return ((used()?.processorSeconds ?? 0) * 1_000) / (performance.now() - began)
  }
  tenth?.give([pid], 0.1)
  const limited = await shareOf(2_000)
  tenth?.end()
  expect(limited).toBeGreaterThan(0)
  expect(limited).toBeLessThan(0.15)
  expect(await shareOf(2_000)).toBeGreaterThan(limited)
})
