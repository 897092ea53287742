#!/usr/bin/env bash
# @camunda8/orchestration-cluster-api with CAMUNDA_SDK_VALIDATION=res:strict: what an answer does not have may not be null to 8.8.4, and may not be absent to
# 9.1.5. So no one answer serves both: a server, or a recorded answer, has to know which release its client is of.
# Seen, for an instance without an end: 8.8.4 takes no endDate and refuses null; 9.1.5 the other way round.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts oca88@npm:@camunda8/orchestration-cluster-api@8.8.4 oca91@npm:@camunda8/orchestration-cluster-api@9.1.5 2>/dev/null
cat >probe.mjs <<'PROBE'
const said = {
  processDefinitionId: 'p', processDefinitionName: 'p', processDefinitionVersion: 1, processDefinitionKey: '1', processInstanceKey: '2', state: 'ACTIVE',
  startDate: '2026-01-01T00:00:00.000Z', hasIncident: false, tenantId: '<default>', tags: [],
}
const nothing = ['endDate', 'processDefinitionVersionTag', 'parentProcessInstanceKey', 'parentElementInstanceKey', 'rootProcessInstanceKey', 'businessId']
const withNulls = { ...said, ...Object.fromEntries(nothing.map((name) => [name, null])) }
const takes = async (name, answer) => {
  const { createCamundaClient } = await import(name)
  const client = createCamundaClient({
    config: { CAMUNDA_REST_ADDRESS: 'http://127.0.0.1:9', CAMUNDA_AUTH_STRATEGY: 'NONE', CAMUNDA_SDK_VALIDATION: 'req:none,res:strict', CAMUNDA_SDK_LOG_LEVEL: 'silent' },
    fetch: async () => Response.json(answer),
  })
  return client.getProcessInstance({ processInstanceKey: '2' }, { consistency: { waitUpToMs: 0 } }).then(() => 'taken', () => 'refused')
}
const seen = []
for (const name of ['oca88', 'oca91']) seen.push(`${name}: absent ${await takes(name, said)}, null ${await takes(name, withNulls)}`)
console.log(seen.join('\n'))
process.exit(seen.join() === 'oca88: absent taken, null refused,oca91: absent refused, null taken' ? 0 : 1)
PROBE
node probe.mjs
