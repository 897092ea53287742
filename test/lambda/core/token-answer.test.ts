import { describe, expect, test } from 'vitest'
import { tokenIn } from '../../../lambda/core/token-answer.ts'

const answer = (document: unknown, status = 200) => ({ status, text: typeof document === 'string' ? document : JSON.stringify(document) })

describe('a token', () => {
  test.each([
    [undefined, 300],
    [null, 300],
    [0, 300],
    [-1, 300],
    ['soon', 300],
    [{}, 300],
    [3_600, 3_600],
    ['3600', 3_600],
    ['3600 s', 3_600],
    [0.5, 0.5],
    [1e300, 86_400],
  ])('whose expires_in is %j is good for %d seconds', (expiresIn, seconds) => {
    expect(tokenIn(answer({ access_token: 'a.b-c', token_type: 'bearer', expires_in: expiresIn }))).toMatchObject({
      access_token: 'a.b-c',
      expires_in: seconds,
    })
  })

  test('needs no type', () => {
    expect(tokenIn(answer({ access_token: 'a' }))).toMatchObject({ access_token: 'a' })
  })
})

describe('where there is no token, the provider’s own words say why:', () => {
  const entra = 'AADSTS900144: The request body must contain the following parameter: scope.'
  // biome-ignore format: a table
  test.each([
    ['an error with its description', answer({ error: 'invalid_request', error_description: entra }, 400),    `HTTP 400 invalid_request: ${entra}`],
    ['an error without',              answer({ error: 'invalid_client' }, 401),                               'HTTP 401 invalid_client'],
    ['an error that is a success',    answer({ error: 'bad_verification', error_description: 'no' }),         'HTTP 200 bad_verification: no'],
    ['a description of another type', answer({ error: 'invalid_client', error_description: { a: 1 } }, 401),  'HTTP 401 invalid_client'],
    ['another object',                answer({ message: 'no' }, 403),                                         'HTTP 403 {"message":"no"}'],
    ['a page',                        answer('<html><h1>Bad gateway</h1></html>', 502),                       'HTTP 502 Bad gateway'],
    ['a challenge alone',             { ...answer('', 401), challenge: 'Basic realm="x", error="invalid_client"' }, 'HTTP 401 Basic realm="x", error="invalid_client"'],
    ['nothing',                       answer('', 500),                                                        'HTTP 500 without a word'],
    ['a redirection',                 { ...answer('', 302), location: '/login' },                             'HTTP 302 redirects to /login; is CAMUNDA_OAUTH_URL where tokens are given?'],
    ['a page that is a success',      answer('<html>login</html>'),                                           'HTTP 200 is no JSON; is CAMUNDA_OAUTH_URL where tokens are given?'],
    ['another kind of token',         answer({ access_token: 'a', token_type: 'mac' }),                       'HTTP 200 has a token of type mac, and Camunda takes a Bearer token'],
    ['no token, but another secret',  answer({ id_token: 's3cret' }),                                         'HTTP 200 has no access_token'],
    ['a token of another type',       answer({ access_token: { a: 's3cret' } }),                              'HTTP 200 has no access_token'],
    ['a token that no header takes',  answer({ access_token: 'a\r\nX: b' }),                                  'HTTP 200 has no access_token'],
    ['a list',                        answer([]),                                                             'HTTP 200 is no JSON; is CAMUNDA_OAUTH_URL where tokens are given?'],
    ['a token with a refusal',        answer({ access_token: 's3cret', expires_in: 1, hint: 'no' }, 401),     'HTTP 401 {"access_token":"[secret]","expires_in":1,"hint":"no"}'],
    ['a token in a form',             answer('access_token=s3cret&hint=no', 401),                             'HTTP 401 access_token=[secret]&hint=no'],
    ['controls',                      answer({ error: 'a\u001b[31m', error_description: '\u202eb\nc' }, 400),  'HTTP 400 a\ufffd[31m: \ufffdb c'],
  ])('%s', (_, told, message) => {
    expect(() => tokenIn(told)).toThrow(new Error(message))
  })

  test('the first three hundred characters of them', () => {
    expect(() => tokenIn(answer({ error: 'x'.repeat(10_000) }, 400))).toThrow(new Error(`HTTP 400 ${'x'.repeat(299)}…`))
  })
})
