import { expect, test } from 'vitest'
import { readDiagram } from '../../../lib/bpmn/diagram.ts'
import { textOf } from '../../../lib/connector-diagrams.ts'
import { XmlFault } from '../../../lib/xml-element.ts'
import { lexicalCases } from '../../support/lexical-cases.ts'

test.each(lexicalCases.map(({ name, ...rest }) => [name, rest] as const))(
  '%s is read as Camunda’s own model reads it',
  (_, { file, value }) => {
    const text = typeof file === 'string' ? file : textOf(file)
    const read = () => (text === undefined ? 'refused' : readDiagram(text).processes[0]?.elements[0]?.properties[0]?.value)
    if (value === 'refused' && text !== undefined) expect(read).toThrow(XmlFault)
    else expect(read()).toBe(value)
  },
)
