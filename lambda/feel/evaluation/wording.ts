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
  return new Worded(texts, parts)
}

/** A text that is no part of a message. */
export function plain(text: string): Wording {
  return { inFull: text, bare: text }
}

/** What is put into words where somebody asks for them: of most failures nobody does, since they become null. */
export function later(words: () => Wording): Wording {
  return new Later(words)
}

class Worded implements Wording {
  readonly #texts: TemplateStringsArray
  readonly #parts: readonly Reason[]

  constructor(texts: TemplateStringsArray, parts: readonly Reason[]) {
    this.#texts = texts
    this.#parts = parts
  }

  get inFull(): string {
    return String.raw({ raw: this.#texts }, ...this.#parts.map(inFull))
  }

  get bare(): string {
    return String.raw({ raw: this.#texts }, ...this.#parts.map((part) => (typeof part === 'string' ? 'a string' : part.bare)))
  }
}

class Later implements Wording {
  readonly #words: () => Wording

  constructor(words: () => Wording) {
    this.#words = words
  }

  get inFull(): string {
    return this.#words().inFull
  }

  get bare(): string {
    return this.#words().bare
  }
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
