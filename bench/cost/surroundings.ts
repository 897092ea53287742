import { startHttpService } from '../../local/http-service.ts'
import { startParameterStore } from '../../local/parameter-store.ts'

/** What a function talks to, in a process of its own: a gateway that creates every instance at once, and a parameter store. */

const CREATED = JSON.stringify({
  processDefinitionId: 'order',
  processDefinitionVersion: 1,
  tenantId: '<default>',
  variables: {},
  processDefinitionKey: '2251799813685249',
  processInstanceKey: '4503599627370497',
})

/** A side waits for its turn, and its connections with it. */
const KEEP_ALIVE = 3_600_000

const camunda = await startHttpService(
  (_request, _body, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': CREATED.length }).end(CREATED)
  },
  0,
  KEEP_ALIVE,
)
const store = await startParameterStore({
  '/cost/camunda/CAMUNDA_REST_ADDRESS': camunda.url,
  '/cost/filter': '[]',
  ...JSON.parse(process.argv[2] ?? '{}'),
})
process.send?.(store.url)
