import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Dependency, StatedLicence } from './dependency.ts'

/** A line of a file of requirements. */
export interface Requirement {
  readonly name: string
  readonly version: string
  readonly hashes: readonly string[]
  /** The Python it is for, where its marker names one: pip is asked as that one, whichever it runs on. */
  readonly python: string | undefined
  readonly file: string
}

/** The metadata of a package in pip's installation report, as far as they are read. */
export interface PackageMetadata {
  readonly name: string
  readonly version: string
  readonly license_expression?: string
  readonly license?: string
  readonly classifier?: readonly string[]
  readonly requires_dist?: readonly string[]
}

/** The pinned requirements of a file as uv and pip-compile write them. */
export function pinnedRequirements(text: string, file: string): Requirement[] {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, version, marker = ''] = /^([\w.-]+)==([\w.!+]+)(?:\s*;(.*?))?\s+--hash=/.exec(line) ?? []
      if (!name || !version) throw new Error(`${file}: no pinned requirement with a hash: ${line.trim()}`)
      return { name: canonical(name), version, hashes: line.match(/--hash=\S+/g) ?? [], python: pythonOf(marker), file }
    })
}

/** Requirements are for a Python from some version, or before it; either way there is one that they are for. */
function pythonOf(marker: string): string | undefined {
  const [, relation, minor] = /python_(?:full_)?version (<|>=) '3\.(\d+)'/.exec(marker) ?? []
  if (!relation) return undefined
  return `3.${relation === '<' ? Number(minor) - 1 : minor}`
}

/** Requirements come through those that are `wanted` for themselves. */
export function pypiDependencies(
  requirements: readonly Requirement[],
  wanted: readonly string[],
  metadata: readonly PackageMetadata[],
): Dependency[] {
  const found = new Map(metadata.map((one) => [`${canonical(one.name)} ${one.version}`, one]))
  const of = ({ name, version }: Requirement): PackageMetadata => {
    const one = found.get(`${name} ${version}`)
    if (!one) throw new Error(`pip tells nothing of ${name} ${version}`)
    return one
  }
  const needs = new Map<string, Set<string>>()
  for (const requirement of requirements) {
    const names = (of(requirement).requires_dist ?? []).filter((one) => !/;.*\bextra\b/.test(one)).map(neededName)
    needs.set(requirement.name, new Set([...(needs.get(requirement.name) ?? []), ...names]))
  }
  return requirements.map((requirement) => {
    const { name, version, file } = requirement
    const through = wanted.includes(name) ? [] : wanted.filter((one) => reaches(one, name, needs))
    return { ecosystem: 'PyPI', name, version, stated: statedLicences(of(requirement)), use: 'development', through, pinnedIn: file }
  })
}

/**
 * An expression is SPDX's; the older fields are free texts. Several classifiers do not say whether they are a choice or hold together, so
 * that they are one text that nobody knows.
 */
function statedLicences({ license_expression, license, classifier = [] }: PackageMetadata): StatedLicence[] {
  const classifiers = classifier.filter((one) => one.startsWith('License :: ')).map((one) => one.replace(/^.* :: /, ''))
  const text = [license_expression, license?.trim(), classifiers.join(' and/or ')].find((one) => one && one !== 'UNKNOWN')
  return text ? [{ text }] : []
}

function reaches(from: string, to: string, needs: ReadonlyMap<string, ReadonlySet<string>>, seen = new Set<string>()): boolean {
  if (seen.has(from)) return false
  seen.add(from)
  return [...(needs.get(from) ?? [])].some((next) => next === to || reaches(next, to, needs, seen))
}

const neededName = (requirement: string): string => canonical(/^[\w.-]+/.exec(requirement)?.[0] ?? '')

/** As PyPI compares names. */
const canonical = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

/**
 * pip's report of what it would install, which has each package's metadata. It is asked without the markers, so that what is for other
 * systems and Pythons is told too, and installs nothing.
 */
export async function reportedMetadata(python: string, requirements: readonly Requirement[]): Promise<PackageMetadata[]> {
  const directory = await mkdtemp(join(tmpdir(), 'licences-'))
  try {
    const reports: PackageMetadata[] = []
    for (const [version, group] of Map.groupBy(requirements, (one) => one.python)) {
      const file = join(directory, `requirements-${version}.txt`)
      await writeFile(file, group.map(({ name, version, hashes }) => `${name}==${version} ${hashes.join(' ')}\n`).join(''))
      const options = ['--dry-run', '--ignore-installed', '--no-deps', '--only-binary', ':all:', '--require-hashes', '--report', '-']
      const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', ...options, '--requirement', file]
      const { stdout } = await promisify(execFile)(python, version === undefined ? pip : [...pip, '--python-version', version], {
        maxBuffer: 64 * 1024 * 1024,
      }).catch((error) => {
        throw new Error(`pip cannot tell: ${lastLine(error.stderr) ?? error.message}`, { cause: error })
      })
      reports.push(...JSON.parse(stdout).install.map(({ metadata }: { metadata: PackageMetadata }) => metadata))
    }
    return reports
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1) || undefined
