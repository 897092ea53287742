import { startHttpService } from '../../local/http-service.ts'
import { startParameterStore } from '../../local/parameter-store.ts'
import { CREATED, CREATED_HEADERS, KEEP_ALIVE } from '../created-instance.ts'

/** What a function talks to, in a process of its own: a gateway that creates every instance at once, and a parameter store. */

const camunda = await startHttpService(
  (_request, _body, response) => {
    response.writeHead(200, CREATED_HEADERS).end(CREATED)
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
