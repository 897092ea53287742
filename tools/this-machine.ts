/** Path of the connection's parameters in a run on this machine. */
export const LOCAL_CONNECTION_PATH = '/camunda-sqs-bridge/camunda/'

/** Here nobody waits for three minutes until a message comes back, or for five receives until it is a dead letter. Seconds. */
const EVENT_SOURCE = { longestOutage: 10 }
const FUNCTION = { timeout: 10, requestTimeout: 6 }

/** A connector's text with the time-outs and the connection of a run on this machine; all else is as it would be deployed. */
export function onThisMachine(text: string): string {
  const { queue: { visibilityTimeout: _, ...queue } = {}, ...connector } = JSON.parse(text)
  return JSON.stringify({
    ...connector,
    queue,
    camunda: LOCAL_CONNECTION_PATH,
    eventSource: { ...connector.eventSource, ...EVENT_SOURCE },
    function: { ...connector.function, ...FUNCTION },
  })
}
