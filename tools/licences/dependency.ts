export type Ecosystem = 'npm' | 'Maven' | 'PyPI'

/** Whether it may get into what is deployed or comes along with every installation, or only builds, tests and tries it. */
export type Use = 'production' | 'development'

/** A licence in a package's own words, and where it says the text is. */
export interface StatedLicence {
  readonly text: string
  readonly url?: string | undefined
}

/** What the project pins, with what its metadata tell. */
export interface Dependency {
  readonly ecosystem: Ecosystem
  readonly name: string
  readonly version: string
  /** Several are a choice. */
  readonly stated: readonly StatedLicence[]
  readonly use: Use
  /** The direct dependencies that bring it; none where it is one itself. */
  readonly through: readonly string[]
  /** The file that pins it. */
  readonly pinnedIn: string
}

/** Something that is to be put right before the check passes. */
export interface Offence {
  readonly what: string
  readonly fault: string
  readonly remedy: string
}

export const nameOf = ({ ecosystem, name, version }: Pick<Dependency, 'ecosystem' | 'name' | 'version'>): string =>
  `${ecosystem} ${name} ${version}`
