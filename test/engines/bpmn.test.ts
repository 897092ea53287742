import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDiagram } from '../../lib/bpmn/diagram.ts'
import { XmlFault } from '../../lib/xml-element.ts'
import { askBpmnModel, type ModelReading } from '../support/bpmn-model.ts'
import { randomDiagram, written } from '../support/diagrams.ts'
import { describeWithEngines } from '../support/engines.ts'
import { lexicalCases, structuralCases } from '../support/lexical-cases.ts'

const DIAGRAMS = Number(process.env.BPMN_DIAGRAMS ?? 400)

/** Our reading, in the words of the model. */
function readHere(file: string | Uint8Array): ModelReading | 'refused' {
  try {
    const text = typeof file === 'string' ? file : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file)
    const processes = readDiagram(text).processes.map(({ id, isExecutable, elements }) => ({
      id,
      isExecutable,
      elements: elements.map(({ id, type, blocks, properties, message }) => ({
        id,
        type,
        properties: blocks.length > 1 ? ('refused' as const) : properties.map(({ name, value }) => [name || null, value ?? null] as const),
        message: message.kind === 'message' ? { name: message.name ?? null, correlationKey: message.correlationKey ?? null } : null,
      })),
    }))
    return { processes, faults: [] }
  } catch (error) {
    if (error instanceof XmlFault || error instanceof TypeError) return 'refused'
    throw error
  }
}

function readThere(reading: ModelReading): ModelReading | 'refused' {
  return reading.refused === undefined ? { processes: reading.processes, faults: [] } : 'refused'
}

describeWithEngines('Camunda’s BPMN model', () => {
  test('reads random diagrams as they are read here', { timeout: 180_000 }, async () => {
    const seed = Date.now() & 0x7fffffff
    const files = fc.sample(randomDiagram({ odd: true }), { numRuns: DIAGRAMS, seed }).map(written)
    const readings = await askBpmnModel(files)
    const differences = files.flatMap((file, at) => {
      const [here, there] = [readHere(file), readThere(readings[at] as ModelReading)]
      return JSON.stringify(here) === JSON.stringify(there) ? [] : [{ file, here, there: readings[at] }]
    })
    expect({ seed, differences: differences.slice(0, 2) }).toEqual({ seed, differences: [] })
  })

  test('reads every lexical case as it is recorded', { timeout: 60_000 }, async () => {
    const readings = await askBpmnModel(lexicalCases.map(({ file }) => file))
    const answers = readings.map((reading) =>
      reading.refused === undefined ? (reading.processes[0]?.elements[0]?.properties[0]?.[1] ?? null) : 'refused',
    )
    expect(Object.fromEntries(lexicalCases.map(({ name }, at) => [name, answers[at]]))).toEqual(
      Object.fromEntries(lexicalCases.map(({ name, value }) => [name, value])),
    )
  })

  test('reads every structural case as it is read here', { timeout: 60_000 }, async () => {
    const readings = await askBpmnModel(structuralCases.map(({ file }) => file))
    expect(Object.fromEntries(structuralCases.map(({ name, file }) => [name, readHere(file)]))).toEqual(
      Object.fromEntries(structuralCases.map(({ name }, at) => [name, readThere(readings[at] as ModelReading)])),
    )
  })
})
