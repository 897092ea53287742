/**
 * What is said of a failure, in two forms: as Camunda's engine says it, with the values, for whoever looks at one message; and with their kinds in
 * place of the values, for logs, which tell nothing of a message. The first is made where somebody asks for it: a value may be a whole body.
 */
export interface Wording {
  readonly inFull: string
  readonly bare: string
}

/** What has no values in it is the same in both forms. */
export type Reason = string | Wording

/** A text with parts of a message in it. */
export function worded(texts: TemplateStringsArray, ...parts: readonly Reason[]): Wording {
  return {
    get inFull() {
      return String.raw({ raw: texts }, ...parts.map(inFull))
    },
    get bare() {
      return String.raw({ raw: texts }, ...parts.map((part) => (typeof part === 'string' ? 'a string' : part.bare)))
    },
  }
}

/** A text that is no part of a message. */
export function plain(text: string): Wording {
  return { inFull: text, bare: text }
}

export function listed(reasons: readonly Reason[]): Wording {
  return {
    get inFull() {
      return reasons.map(inFull).join(', ')
    },
    get bare() {
      return reasons.map(bare).join(', ')
    },
  }
}

export function inFull(reason: Reason): string {
  return typeof reason === 'string' ? reason : reason.inFull
}

export function bare(reason: Reason): string {
  return typeof reason === 'string' ? reason : reason.bare
}
