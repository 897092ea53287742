import { describe, expect, test } from 'vitest'
import { isPointer, payloadPointer } from '../../../lambda/core/large-payload.ts'
import { BUCKET, POINTERS } from '../../support/pointers.ts'

const ALLOWED = { largePayloads: { bucket: BUCKET, maximumSize: 1 } }

test('where a connector follows none, no body is a pointer to it', () => {
  expect(payloadPointer(POINTERS.java(BUCKET, 'k'), {})).toBeUndefined()
})

describe('a body is a pointer', () => {
  const KEY = 'a3f7d0c0-5f0e-4b7c-9d2e-0c4f6d3c8a11'
  const PREFIXED = `orders/2026/${KEY}`

  test.each(Object.entries(POINTERS))('as the client writes it (%s)', (_, pointer) => {
    for (const key of [KEY, PREFIXED])
      expect(payloadPointer(pointer(BUCKET, key), ALLOWED)).toEqual({ kind: 'PayloadPointer', bucket: BUCKET, key })
  })

  // biome-ignore format: a table
  test.each([
    ['with blanks around it',        ` \n${POINTERS.java(BUCKET, KEY)}\n`],
    ['with its members turned round', `["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3Key":"${KEY}","s3BucketName":"${BUCKET}"}]`],
    ['with members of a later version', `["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"${BUCKET}","s3Key":"${KEY}","s3Version":"1"}]`],
  ])('%s', (_, body) => {
    expect(payloadPointer(body, ALLOWED)).toMatchObject({ kind: 'PayloadPointer', key: KEY })
  })

  // biome-ignore format: a table
  test.each<[string, string, string]>([
    ['of another bucket',     POINTERS.java('others', KEY),                                               'the body is in the bucket others, and queue.largePayloads allows bodies alone'],
    ['without a key',         `["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"${BUCKET}"}]`, 'without s3BucketName or s3Key'],
    ['with an empty key',     POINTERS.python(BUCKET, ''),                                                'without s3BucketName or s3Key'],
    ['with a key that is none', `["com.amazon.sqs.javamessaging.MessageS3Pointer",{"s3BucketName":"${BUCKET}","s3Key":1}]`, 'without s3BucketName or s3Key'],
    ['without anything',      '["software.amazon.payloadoffloading.PayloadS3Pointer"]',                   'without s3BucketName or s3Key'],
    ['to null',               '["software.amazon.payloadoffloading.PayloadS3Pointer",null]',              'without s3BucketName or s3Key'],
  ])('%s, and invalid', (_, body, reason) => {
    expect(isPointer(body)).toBe(true)
    expect(payloadPointer(body, ALLOWED)).toEqual({ kind: 'InvalidInput', reason: expect.stringContaining(reason) })
  })
})

// biome-ignore format: a table
test.each([
  ['a text',                    'software.amazon.payloadoffloading.PayloadS3Pointer'],
  ['nothing',                   ''],
  ['an object',                 '{"s3BucketName":"bodies","s3Key":"k"}'],
  ['a list of something else',  '[{"s3BucketName":"bodies","s3Key":"k"}]'],
  ['a list of another class',   '["software.amazon.payloadoffloading.Other",{"s3BucketName":"bodies","s3Key":"k"}]'],
  ['a list that breaks off',    '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"bodies"'],
  ['a list in a list',          `[${POINTERS.java(BUCKET, 'k')}]`],
  ['longer than any pointer',   POINTERS.java(BUCKET, 'k'.repeat(9_000))],
])('a body that is %s is none', (_, body) => {
  expect(payloadPointer(body, ALLOWED)).toBeUndefined()
  expect(isPointer(body)).toBe(false)
})
