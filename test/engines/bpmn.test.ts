import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { readDiagram } from '../../lib/bpmn/diagram.ts'
import { textOf } from '../../lib/connector-diagrams.ts'
import { XmlFault } from '../../lib/xml-element.ts'
import { askBpmnModel, connectorsIn, type ModelReading } from '../support/bpmn-model.ts'
import { randomDiagram, written } from '../support/diagrams.ts'
import { describeWithEngines } from '../support/engines.ts'
import { lexicalCases, structuralCases } from '../support/lexical-cases.ts'
import { imported } from '../tools/import/importing.ts'

/** More take longer: Camunda’s model reads some ten a second. */
const DIAGRAMS = Number(process.env.BPMN_DIAGRAMS ?? 120)
const seed = Date.now() & 0x7fffffff

/** Our reading, in the words of the model. */
function readHere(file: string | Uint8Array): ModelReading | 'refused' {
  const text = typeof file === 'string' ? file : textOf(file)
  if (text === undefined) return 'refused'
  try {
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
    if (error instanceof XmlFault) return 'refused'
    throw error
  }
}

function readThere(reading: ModelReading): ModelReading | 'refused' {
  return reading.refused === undefined ? { processes: reading.processes, faults: [] } : 'refused'
}

const random = fc.sample(randomDiagram({ odd: true }), { numRuns: DIAGRAMS, seed }).map(written)

/** Random diagrams of which an import takes all, bare and under the own template. */
const operated = fc
  .sample(randomDiagram({ odd: false }), { numRuns: DIAGRAMS, seed })
  .map(written)
  .flatMap((before) => {
    const [bare, own] = [true, false].map((strip) => imported(before, { strip }).diagrams[0]?.text)
    return bare === undefined || own === undefined ? [] : [{ before, bare, own }]
  })

describeWithEngines('Camunda’s BPMN model', () => {
  const readings = new Map<string | Uint8Array, ModelReading>()
  beforeAll(async () => {
    const cases = [...lexicalCases, ...structuralCases].map(({ file }) => file)
    const files = [...random, ...operated.flatMap(({ before, bare, own }) => [before, bare, own]), ...cases]
    const answers = await askBpmnModel(files)
    for (const [at, file] of files.entries()) readings.set(file, answers[at] as ModelReading)
  }, 1_200_000)
  const readingOf = (file: string | Uint8Array) => readings.get(file) as ModelReading

  test('reads random diagrams as they are read here', () => {
    const differences = random.flatMap((file) => {
      const [here, there] = [readHere(file), readThere(readingOf(file))]
      return JSON.stringify(here) === JSON.stringify(there) ? [] : [{ file, here, there }]
    })
    expect({ seed, differences: differences.slice(0, 2) }).toEqual({ seed, differences: [] })
  })

  test('reads every lexical case as it is recorded', () => {
    const answers = lexicalCases.map(({ name, file }) => {
      const reading = readingOf(file)
      return [name, reading.refused === undefined ? reading.processes[0]?.elements[0]?.properties[0]?.[1] : 'refused']
    })
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(lexicalCases.map(({ name, value }) => [name, value])))
  })

  test('reads every structural case as it is read here', () => {
    expect(Object.fromEntries(structuralCases.map(({ name, file }) => [name, readHere(file)]))).toEqual(
      Object.fromEntries(structuralCases.map(({ name, file }) => [name, readThere(readingOf(file))])),
    )
  })

  test('finds connectors before an import, and none in what an import has written', () => {
    expect(operated.length).toBeGreaterThan(DIAGRAMS / 20)
    for (const { before, bare, own } of operated) {
      expect(connectorsIn(readingOf(before))).not.toEqual([])
      expect({ seed, bare: connectorsIn(readingOf(bare)), own: connectorsIn(readingOf(own)) }).toEqual({ seed, bare: [], own: [] })
    }
  })

  test('accepts or refuses a diagram after an import, with its validators, as it did before', () => {
    for (const { before, bare, own } of operated) {
      const said = [before, bare, own].map((file) => {
        const { refused, ...reading } = readingOf(file)
        return { seed, refused, faults: 'faults' in reading ? reading.faults : [] }
      })
      expect(said.slice(1)).toEqual([said[0], said[0]])
    }
  })
})
