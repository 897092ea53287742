import type { Signature } from '../../lambda/feel/signatures.ts'
import type { TraceNode } from '../api.ts'
import type { Answer, Question } from '../playground/evaluation.ts'

/** What the page asks of its engine. */
export type Request = { readonly kind: 'evaluate'; readonly question: Question }

/** What the engine tells. */
export type Told =
  /** At its start. */
  | { readonly kind: 'signatures'; readonly signatures: readonly Signature[] }
  | { readonly kind: 'answer'; readonly question: Question; readonly answer: Answer }
  | { readonly kind: 'trace'; readonly question: Question; readonly trace: TraceNode }
  /** Something unforeseen. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** With the request: the next one may come. */
  | { readonly kind: 'done' }
