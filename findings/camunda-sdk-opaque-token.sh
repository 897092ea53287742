#!/usr/bin/env bash
# @camunda8/sdk 8.8.13, REST client, CAMUNDA_AUTH_STRATEGY=OAUTH: RFC 6749 leaves the form of an access token open, and this client takes JWTs alone.
# With an opaque one every call fails before a request is sent, and a new token is fetched for each. The client of the Orchestration Cluster API within
# the same package takes it.
# Seen: "InvalidTokenError: Invalid token specified: missing part #2", and "1 request with Bearer opaque".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @camunda8/sdk@8.8.13
cat >probe.cjs <<'PROBE'
const { createServer } = require('node:http')
const { Camunda8 } = require('@camunda8/sdk')
let asked = 0
const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  if (request.url === '/token') return response.end(JSON.stringify({ access_token: 'opaque', token_type: 'Bearer', expires_in: 3600 }))
  if (request.headers.authorization === 'Bearer opaque') asked += 1
  response.end(JSON.stringify({ brokers: [], clusterSize: 0, partitionsCount: 0, replicationFactor: 0, gatewayVersion: '8.8.0', lastCompletedChangeId: '' }))
})
server.listen(0, '127.0.0.1', async () => {
  const address = `http://127.0.0.1:${server.address().port}`
  const settings = {
    CAMUNDA_AUTH_STRATEGY: 'OAUTH', ZEEBE_REST_ADDRESS: address, CAMUNDA_OAUTH_URL: `${address}/token`,
    ZEEBE_CLIENT_ID: 'id', ZEEBE_CLIENT_SECRET: 'secret', CAMUNDA_TOKEN_DISK_CACHE_DISABLE: true, CAMUNDA_LOG_LEVEL: 'none',
  }
  const camunda = new Camunda8(settings)
  const rest = await camunda.getCamundaRestClient().getTopology().then(() => 'an answer', String)
  await camunda.getOrchestrationClusterApiClient().getTopology()
  console.log(`REST client: ${rest}\nOrchestration Cluster API client: ${asked} request with Bearer opaque`)
  process.exit(/missing part #2/.test(rest) && asked === 1 ? 0 : 1)
})
PROBE
node probe.cjs
