/** Why the engine does not execute a command, by the codes which its answers carry as their title. */
export type RejectionCode = 'INVALID_ARGUMENT' | 'NOT_FOUND' | 'ALREADY_EXISTS' | 'INVALID_STATE' | 'FORBIDDEN' | 'INTERNAL'

/** A command that is not executed; nothing of it is kept. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly code: RejectionCode

  /** @param intent of the command: `CREATE`, `PUBLISH`, … */
  constructor(intent: string, code: RejectionCode, why: string) {
    super(`Command '${intent}' rejected with code '${code}': ${why}`)
    this.code = code
  }
}

/** A request which does not come to be a command; status and title are as they stand in the answer. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem'
  readonly status: number
  readonly title: string
  /** Methods which the path takes, where the request has another one. */
  readonly allow: string | undefined

  constructor(status: number, title: string, detail: string, allow?: string) {
    super(detail)
    this.allow = allow
    this.status = status
    this.title = title
  }
}
