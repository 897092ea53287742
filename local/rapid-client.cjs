'use strict'
/**
 * Lets AWS's runtime interface client (`aws-lambda-ric`) run without its native module, which needs a C++ compiler to install:
 *
 *     node --require ./local/rapid-client.cjs node_modules/aws-lambda-ric/index.mjs index.handler
 *
 * Stands in for `rapid-client.node`, whether or not it was built: the client of the Lambda Runtime API (`next`, `done`, `error`), here on
 * node:http. One difference: the native `done` and `error` return when Lambda has answered; here the following `next` waits for that.
 * Known to fit one version of the runtime interface client, and refuses any other.
 */
const http = require('node:http')
const { registerHooks } = require('node:module')
const path = require('node:path')
const { fileURLToPath, pathToFileURL } = require('node:url')

const KNOWN_VERSION = '4.0.2'
const NATIVE_MODULE = './rapid-client.node'
/** Bytes. A longer X-Ray error cause is left out rather than risk that the Runtime API refuses its header, and the error with it. */
const MAXIMUM_XRAY_CAUSE = 64 * 1024

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== NATIVE_MODULE) return nextResolve(specifier, context)
    const { name, version } = require(path.join(path.dirname(fileURLToPath(context.parentURL)), 'package.json'))
    if (name !== 'aws-lambda-ric' || version !== KNOWN_VERSION)
      throw new Error(
        `${path.basename(__filename)} stands in for the native module of aws-lambda-ric ${KNOWN_VERSION}, not of ${name} ${version}`,
      )
    return { url: pathToFileURL(__filename).href, format: 'commonjs', shortCircuit: true }
  },
})

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
let posted = Promise.resolve()

/** The next event: `{ bodyJson, headers }`. Waits for as long as there is none. */
exports.next = async () => {
  await posted
  const { status, headers, body } = await request('GET', 'next')
  if (status !== 200) throw new Error(`Failed to get next invocation: the Runtime API answered ${status} ${body}`)
  return { bodyJson: body, headers }
}

/** The function's response, as JSON. */
exports.done = (requestId, response) => {
  posted = request('POST', `${requestId}/response`, response)
}

/** The error which the function threw, as JSON, and its cause for X-Ray, as JSON too. */
exports.error = (requestId, error, xrayCause) => {
  const cause = asciiJson(xrayCause)
  posted = request(
    'POST',
    `${requestId}/error`,
    error,
    cause.length <= MAXIMUM_XRAY_CAUSE ? { 'Lambda-Runtime-Function-XRay-Error-Cause': cause } : {},
  )
}

function request(method, resource, body, headers = {}) {
  const { promise, resolve, reject } = Promise.withResolvers()
  const url = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${resource}`
  const content = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  http
    .request(url, { method, agent, headers: { ...content, ...headers } }, async (response) => {
      try {
        response.setEncoding('utf8')
        resolve({ status: response.statusCode, headers: response.headers, body: (await response.toArray()).join('') })
      } catch (error) {
        reject(error)
      }
    })
    .on('error', reject)
    .end(body)
  return promise
}

/** A header takes neither control characters nor what is beyond Latin-1; in JSON both can be escaped. */
function asciiJson(json) {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
