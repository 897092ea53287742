/** What Camunda answers to `POST /v2/process-instances`. */
export const CREATED = JSON.stringify({
  processDefinitionId: 'order',
  processDefinitionVersion: 1,
  tenantId: '<default>',
  variables: {},
  processDefinitionKey: '2251799813685249',
  processInstanceKey: '4503599627370497',
})
export const CREATED_HEADERS = { 'content-type': 'application/json', 'content-length': CREATED.length }

/** Milliseconds. A side waits for its turn, and its connections with it: none is to be found closed. */
export const KEEP_ALIVE = 3_600_000
