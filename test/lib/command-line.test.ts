import { expect, test } from 'vitest'
import { Progress, sentenceFor } from '../../lib/command-line.ts'

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
