#!/usr/bin/env bash
# @camunda8/orchestration-cluster-api 8.8.4 with CAMUNDA_SDK_VALIDATION=req:strict: numbers of 64 bits leave as JSON texts, also those which the caller
# did not set, though the API describes them as numbers. 9.1.5 sends numbers. Camunda 8.8 has been strict about types of JSON since its release.
# Seen: "timeToLive":"60000" of a publication and "requestTimeout":"0" of a creation, and with 9.1.5 60000 and 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts oca88@npm:@camunda8/orchestration-cluster-api@8.8.4 oca91@npm:@camunda8/orchestration-cluster-api@9.1.5 2>/dev/null
cat >probe.mjs <<'PROBE'
const sentBy = async (name) => {
  const { createCamundaClient } = await import(name)
  const bodies = []
  const client = createCamundaClient({
    config: { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1:9', CAMUNDA_AUTH_STRATEGY: 'NONE', CAMUNDA_SDK_VALIDATION: 'req:strict,res:none', CAMUNDA_SDK_LOG_LEVEL: 'silent' },
    fetch: async (input, init) => {
      bodies.push(await new Request(input, init).text())
      return Response.json({ messageKey: '1', processInstanceKey: '2' })
    },
  })
  await client.publishMessage({ name: 'm', correlationKey: 'k', timeToLive: 60000 })
  await client.createProcessInstance({ processDefinitionId: 'p' })
  return bodies.map((body) => /"(timeToLive|requestTimeout)":[^,}]*/.exec(body)?.[0]).join(', ')
}
const [older, newer] = [await sentBy('oca88'), await sentBy('oca91')]
console.log(`8.8.4: ${older}\n9.1.5: ${newer}`)
process.exit(older === '"timeToLive":"60000", "requestTimeout":"0"' && newer === '"timeToLive":60000, "requestTimeout":0' ? 0 : 1)
PROBE
node probe.mjs
