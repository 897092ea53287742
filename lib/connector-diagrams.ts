import { join } from 'node:path'
import { z } from 'zod'
import { connectorJsonSchema } from '../lambda/core/connector.ts'
import { type Fault, show } from '../lambda/core/connector-faults.ts'
import type { DiagramSource } from './bpmn/connector-from-diagrams.ts'

/**
 * `diagrams` of a connector's file: where its elements are, beside or instead of `elements`. They are read where the file is, and what is put
 * into force has the elements alone.
 */
const diagrams = z
  .array(
    z.union([
      z.string().min(1),
      z.strictObject({
        file: z.string().min(1).describe('The diagram’s file, from this file’s directory.'),
        tenantId: z.string().describe('Tenant of its processes; only where the cluster has multi-tenancy enabled.'),
      }),
    ]),
  )
  .min(1)
  .describe('BPMN files, from this file’s directory, whose elements with the bridge’s template and this connector’s name are its elements.')
  .meta({ examples: [['../processes/order.bpmn']] })

/** JSON schema of a connector's file: that of what is put into force, and the diagrams in place of elements. */
export function connectorFileJsonSchema(): object {
  const { properties, required, ...schema } = connectorJsonSchema() as { properties: Record<string, unknown>; required: readonly string[] }
  const { $schema: _, ...property } = z.toJSONSchema(diagrams, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>
  const others = required.filter((name) => name !== 'elements')
  return {
    ...schema,
    properties: { ...properties, diagrams: property },
    ...(others.length > 0 && { required: others }),
    anyOf: [{ required: ['elements'] }, { required: ['diagrams'] }],
  }
}

export interface ReadDiagrams {
  readonly sources: readonly (DiagramSource & { readonly path: string })[]
  readonly faults: readonly Fault[]
}

/** The diagrams which a connector's file names. @param readFile undefined where there is no such file. */
export function readDiagrams(value: unknown, directory: string, readFile: (path: string) => Uint8Array | undefined): ReadDiagrams {
  const parsed = diagrams.safeParse(value)
  if (!parsed.success)
    return {
      sources: [],
      faults: [{ path: 'diagrams', found: show(value), expected: 'a list of BPMN files, as in ["../processes/order.bpmn"]' }],
    }
  const faults: Fault[] = []
  const sources = parsed.data.flatMap((entry, index) => {
    const { file, tenantId } = typeof entry === 'string' ? { file: entry, tenantId: undefined } : entry
    const path = join(directory, file)
    const bytes = readFile(path)
    const text = bytes && textOf(bytes)
    if (text !== undefined) return [{ file, path, text, tenantId }]
    const [found, expected] = bytes ? ['bytes that are no UTF-8', 'a diagram in UTF-8'] : [show(file), `a BPMN file: there is no ${path}`]
    faults.push({ path: `diagrams[${index}]`, found, expected })
    return []
  })
  return { sources, faults }
}

/** Undefined where it is no UTF-8. A byte order mark stays, as every other byte of a diagram does. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
