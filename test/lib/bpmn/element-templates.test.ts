import { validateAllZeebe } from '@bpmn-io/element-templates-validator'
import { describe, expect, test } from 'vitest'
import { elementTemplates } from '../../../lib/bpmn/element-templates.ts'
import { DROPPED, INBOUND_TYPE, QUEUE_PROPERTIES } from '../../../lib/bpmn/official-template.ts'
import { OWN_TEMPLATE_IDS, SHARED_PROPERTIES } from '../../../lib/bpmn/own-template.ts'

const templates = elementTemplates()

test('all five are valid by the schema of Camunda’s element templates', () => {
  const { valid, results } = validateAllZeebe(templates)
  expect(results.flatMap(({ errors }) => errors ?? [])).toEqual([])
  expect(valid).toBe(true)
})

test('one whose text may be left out and must be there is not', () => {
  const [template] = templates
  const properties = template?.properties.map((property) =>
    property.optional ? { ...property, constraints: { notEmpty: true } } : property,
  )
  expect(validateAllZeebe([{ ...template, properties }]).valid).toBe(false)
})

test('there is one for each kind of element', () => {
  expect(templates.map(({ id }) => id)).toEqual(Object.values(OWN_TEMPLATE_IDS))
})

describe.each(templates)('$name', ({ id, properties }) => {
  const names = properties.map(({ binding }) => binding.name)

  test('has nothing by which Camunda’s own connector would take it for one, and neither credentials nor queue', () => {
    const theirs = [INBOUND_TYPE, ...DROPPED.flatMap((dropped) => dropped.names), ...QUEUE_PROPERTIES]
    expect(names.filter((name) => theirs.includes(name))).toEqual([])
  })

  test('has the properties of Camunda’s template by their names, so that an element keeps its values', () => {
    const published = ['correlationKeyExpression', 'messageIdExpression', 'messageTtl', 'correlationRequired']
    const expected =
      id === OWN_TEMPLATE_IDS.processStart
        ? SHARED_PROPERTIES.filter((name) => !published.includes(name))
        : id === OWN_TEMPLATE_IDS.messageStart
          ? SHARED_PROPERTIES
          : SHARED_PROPERTIES.filter((name) => name !== 'correlationRequired')
    expect(names.filter((name) => (SHARED_PROPERTIES as readonly string[]).includes(name)).toSorted()).toEqual(expected.toSorted())
  })
})

/** What the validator passes, and Modeler then shows wrongly or not at all. */
describe.each(templates)('$name, beyond the schema', (template) => {
  const { properties, groups, engines } = template as typeof template & {
    readonly groups: readonly { readonly id: string }[]
    readonly engines: Readonly<Record<string, string>>
  }
  const duplicates = (all: readonly string[]) => all.filter((each, at) => all.indexOf(each) !== at)

  test('has each id and each binding once', () => {
    expect(duplicates(properties.map(({ id }) => id))).toEqual([])
    expect(duplicates(properties.map(({ binding }) => JSON.stringify(binding)))).toEqual([])
  })

  test('has properties in groups that are there, and no group without one', () => {
    const used = properties.flatMap(({ group }) => (group === undefined ? [] : [String(group)]))
    expect([...new Set(used)].toSorted()).toEqual(groups.map(({ id }) => id).toSorted())
    expect(properties.filter(({ type, group }) => type !== 'Hidden' && group === undefined)).toEqual([])
  })

  test('has conditions on properties that are there, and on values which these can have', () => {
    for (const { condition } of properties as readonly { readonly condition?: { readonly property: string; readonly equals: string } }[]) {
      if (condition === undefined) continue
      const other = properties.find(({ id }) => id === condition.property) as
        | { readonly choices?: readonly { readonly value: string }[] }
        | undefined
      expect(other?.choices?.map(({ value }) => value)).toContain(condition.equals)
    }
  })

  test('names a range of Camunda’s versions', () => {
    expect(Object.keys(engines)).toEqual(['camunda'])
    expect(engines.camunda).toMatch(/^\^8\.\d+$/)
  })
})
