import { expect, test } from 'vitest'
/** Recorded from the commit c51a966, in which the stack held its parts itself: what is deployed in the accounts of its users. */
import earlierStacks from './earlier-stacks.json' with { type: 'json' }
import { templateOfConnector } from './stacks.ts'

type Resources = Record<string, { Type: string; Properties: Record<string, unknown>; Metadata?: object }>

const rows = Object.entries(earlierStacks).map(([name, earlier]) => ({ name, ...earlier }))

test.each(rows)(
  'a stack of an earlier version keeps its resources, their names, and all that holds messages or configuration as it is ($name)',
  ({ name, connector, outputs, types, names, holding }) => {
    const template = templateOfConnector(name, connector)
    const resources = template.toJSON().Resources as Resources
    expect(Object.fromEntries(Object.entries(resources).map(([id, { Type }]) => [id, Type])), 'logical ids').toEqual(types)
    for (const [id, earlier] of Object.entries(holding)) {
      const { Metadata: _, ...resource } = resources[id] ?? {}
      expect(resource, id).toEqual(earlier)
    }
    for (const [id, earlier] of Object.entries(names)) {
      // CloudFormation changes the name of a saved query in place, and nothing refers to it.
      if (resources[id]?.Type === 'AWS::Logs::QueryDefinition') continue
      expect(Object.values(resources[id]?.Properties ?? {}), id).toContainEqual(earlier)
    }
    expect(Object.keys(template.findOutputs('*')).sort(), 'outputs, by which the tools find it').toEqual(outputs)
  },
)
