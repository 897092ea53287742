import type { CamundaVersion } from './camunda-version.ts'
import { Rejection, RequestProblem } from './rejection.ts'

export const DEFAULT_TENANT = '<default>'

/** Which tenants there are to the client: one without a name, or, with multi-tenancy, those which it is assigned to. */
export class Tenants {
  readonly #version: CamundaVersion
  readonly #assigned: readonly string[]

  /** @param assigned empty: there is no multi-tenancy */
  constructor(version: CamundaVersion, assigned: readonly string[]) {
    this.#version = version
    this.#assigned = assigned
  }

  get assigned(): readonly string[] {
    return this.#assigned.length === 0 ? [DEFAULT_TENANT] : this.#assigned
  }

  isOurs(tenant: string): boolean {
    return this.assigned.includes(tenant)
  }

  /** A process of another's tenant is one that there is not, but in 8.6. @throws {RequestProblem} */
  forCreation(tenant: string | null | undefined): string {
    const named = this.#named('Create Process Instance', tenant)
    return this.isOurs(named) || this.#version.foreignTenant === 'forbidden' ? named : unauthorized('Create Process Instance', named)
  }

  /** @param request what the answer calls it; @param intent of its command. @throws {RequestProblem | Rejection} */
  forCommand(request: string, tenant: string | null | undefined, intent: string): string {
    const named = this.#named(request, tenant)
    if (this.isOurs(named)) return named
    if (this.#version.foreignTenant === 'unauthorized') return unauthorized(request, named)
    throw new Rejection(intent, 'FORBIDDEN', `the client is not assigned to the tenant '${named}'`)
  }

  /** @throws {RequestProblem} */
  forJobs(tenants: readonly string[]): readonly string[] {
    const named =
      tenants.length === 0 ? [this.#named('Activate Jobs', undefined)] : tenants.map((each) => this.#named('Activate Jobs', each))
    return named.filter((each) => this.isOurs(each))
  }

  #named(request: string, tenant: string | null | undefined): string {
    if (this.#assigned.length === 0) {
      if (tenant == null || tenant === DEFAULT_TENANT) return DEFAULT_TENANT
      throw invalid(`${request}: the tenant '${tenant}' is named, and multi-tenancy is disabled`)
    }
    if (tenant && tenant.length > this.#version.longestTenant)
      throw invalid(`${request}: the tenant '${tenant}' has more than ${this.#version.longestTenant} characters`)
    if (tenant == null || tenant === '') throw invalid(`${request}: multi-tenancy is enabled, and no tenant is named`)
    return tenant
  }
}

function invalid(detail: string): RequestProblem {
  return new RequestProblem(400, 'INVALID_ARGUMENT', detail)
}

function unauthorized(request: string, tenant: string): never {
  throw new RequestProblem(401, 'UNAUTHORIZED', `${request}: the tenant '${tenant}' is not one of the client's`)
}
