import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Progress, Refusal, sentenceFor } from '../../tools/command-line.ts'
import { examinationReport } from '../../tools/doctor/finding.ts'
import { placeOf } from '../../tools/place.ts'

function stream(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, written, write: (text: string) => Boolean(written.push(text)) } as never as NodeJS.WriteStream & { written: string[] }
}

test('progress writes its line over on a terminal, and leaves nothing of it', () => {
  const terminal = stream(true)
  let now = 1_000
  const progress = new Progress(terminal, () => now)
  progress.show('1')
  progress.show('2')
  now += 200
  progress.show('3')
  progress.end()
  expect(terminal.written).toEqual(['\r\u001B[K1', '\r\u001B[K3', '\r\u001B[K'])
})

test('elsewhere progress is a line every ten seconds', () => {
  const file = stream(false)
  let now = 1_000
  const progress = new Progress(file, () => now)
  progress.show('1')
  now += 10_000
  progress.show('2')
  progress.end()
  expect(file.written).toEqual(['2\n'])
})

test('an error of AWS is told with its name, and with what to do where that is known', () => {
  expect(sentenceFor(Object.assign(new Error('The token has expired'), { name: 'ExpiredTokenException' }))).toBe(
    'ExpiredTokenException: The token has expired. Log in as for the AWS CLI, or name a --profile.',
  )
  expect(sentenceFor(new Error('plain'))).toBe('plain')
  expect(sentenceFor(new Error('no XML\n  Deserialization error: …'))).toBe('no XML')
})

test('an error that was made of another has its advice once', () => {
  const denied = Object.assign(new Error('User: x is not authorized'), { name: 'AccessDeniedException' })
  const twice = sentenceFor(new Error(`/p cannot be read from SSM: ${sentenceFor(denied)}`))
  expect(twice.match(/docs\/TOOLS\.md/g)).toHaveLength(1)
})

test('what to do about several findings is told once', () => {
  const same = { status: 'error', message: 'm', fix: 'mend it' } as const
  const report = examinationReport([
    { check: 'a', ...same },
    { check: 'b', ...same },
    { check: 'c', ...same, fix: 'another' },
  ])
  expect(report.match(/mend it/g)).toHaveLength(1)
  expect(report).toContain('another')
})

describe('who asks, and where, is known before anything is asked', () => {
  const NOWHERE = {
    AWS_REGION: undefined,
    AWS_DEFAULT_REGION: undefined,
    AWS_CONFIG_FILE: '/nowhere',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    AWS_PROFILE: undefined,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const KEYS = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }

  test.each([
    ['no region', KEYS, {}, /^There is no region: name a --region/],
    [
      'a profile that is not there',
      {},
      { profile: 'nobody', region: 'eu-central-1' },
      /^The profile nobody gives no credentials .*name a --profile/,
    ],
    ['no credentials', {}, { region: 'eu-central-1' }, /^There are no credentials for AWS/],
  ])('%s ends the tool, and is named', async (_name, environment, choice, message) => {
    for (const name of Object.keys(KEYS)) vi.stubEnv(name, undefined)
    for (const [name, value] of Object.entries({ ...NOWHERE, ...environment })) vi.stubEnv(name, value)
    onTestFinished(() => void vi.unstubAllEnvs())
    await expect(placeOf({ local: false, ...choice })).rejects.toThrow(message)
    await expect(placeOf({ local: false, ...choice })).rejects.toBeInstanceOf(Refusal)
  })
})
