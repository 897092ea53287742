/**
 * What runs in the page’s worker: the function’s own engine, from the same source. No expression keeps the page waiting, and what takes too long is
 * ended with its worker.
 */
import './without-eval.ts'
import { SIGNATURES } from '../../lambda/feel/signatures.ts'
import { evaluate, trace } from '../playground/evaluation.ts'
import type { Request, Told } from './protocol.ts'

declare const self: {
  onmessage: ((event: { readonly data: Request }) => void) | null
  postMessage(told: Told): void
}

self.postMessage({ kind: 'signatures', signatures: SIGNATURES })

self.onmessage = ({ data: request }) => {
  try {
    answer(request)
  } catch (error) {
    self.postMessage({ kind: 'failed', reason: (error as Error).message })
  }
  self.postMessage({ kind: 'done' })
}

function answer(request: Request) {
  const { question } = request
  const answer = evaluate(question)
  self.postMessage({ kind: 'answer', question, answer })
  const { kind } = answer.result
  if (kind === 'value' || kind === 'failure') self.postMessage({ kind: 'trace', question, trace: trace(question) })
}
