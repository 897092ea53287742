import type { PayloadPointer } from './core/large-payload.ts'
import type { InvalidInput } from './core/outcome.ts'

/** Where the bodies are to which messages point. */
export interface PayloadStore {
  /**
   * @param mostBytes a larger object is invalid, and not read
   * @param milliseconds in which it has to be there
   * @throws nothing
   */
  read(pointer: PayloadPointer, limits: { readonly mostBytes: number; readonly milliseconds: number }): Promise<PayloadRead>
}

export type PayloadRead =
  | { readonly kind: 'Payload'; readonly text: string }
  /** It is not there, may not be read, or is too large: waiting does not help. */
  | InvalidInput
  /** S3 does not answer, or not yet: on another day it may. */
  | { readonly kind: 'NotAttempted'; readonly reason: string }
