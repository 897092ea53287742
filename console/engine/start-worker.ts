import type { StartWorker } from './engine-client.ts'

/** The engine in a worker of the page. */
export const startWorker: StartWorker = (onTold, onFailure) => {
  const worker = new Worker('/engine.js', { type: 'module' })
  worker.onmessage = ({ data }) => onTold(data)
  worker.onerror = ({ message }) => onFailure(message)
  return { ask: (request) => worker.postMessage(request), end: () => worker.terminate() }
}
