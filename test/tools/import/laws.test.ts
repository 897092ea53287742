import { diff } from 'bpmn-js-differ'
import { BpmnModdle } from 'bpmn-moddle'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' }
import { connectorFromDiagrams } from '../../../lib/bpmn/connector-from-diagrams.ts'
import { readDiagram } from '../../../lib/bpmn/diagram.ts'
import { modelerReads } from '../../../lib/bpmn/modeler-view.ts'
import { anyText, randomDiagram, written } from '../../support/diagrams.ts'
import { elementsOf, imported } from './importing.ts'

const importable = randomDiagram({ odd: false })
  .map(written)
  .filter((text) => imported(text).faults.length === 0)

const RUNS = { numRuns: 50 }

const changed = (text: string, options: { readonly strip: boolean }) => imported(text, options).diagrams[0]?.text ?? ''

const moddle = new BpmnModdle({ zeebe })

/** Messages of a diagram, of which the differ sees nothing. */
function messagesIn(text: string) {
  const read = readDiagram(text).processes.flatMap(({ elements }) => elements)
  return read.map(({ id, message }) => [id, message.kind === 'message' ? [message.id, message.name, message.correlationKey] : message.kind])
}

/** Whether a text is another with pieces cut out. */
function isCutOf(piece: string, whole: string): boolean {
  let at = 0
  for (const character of piece) {
    at = whole.indexOf(character, at) + 1
    if (at === 0) return false
  }
  return true
}

test('a stripped diagram is the diagram with pieces cut out, and nothing more is cut at the second time', () => {
  fc.assert(
    fc.property(importable, (text) => {
      const bare = changed(text, { strip: true })
      expect(isCutOf(bare, text)).toBe(true)
      expect(imported(bare, { strip: true })).toMatchObject({ connectors: [], diagrams: [] })
    }),
    RUNS,
  )
})

test.each([true, false])('no element is added or taken away, and each waits for the message it did (bare: %s)', async (strip) => {
  await fc.assert(
    fc.asyncProperty(importable, async (text) => {
      const after = changed(text, { strip })
      const [one, other] = await Promise.all([text, after].map((each) => moddle.fromXML(each)))
      const { _added, _removed, _layoutChanged } = diff(one?.rootElement, other?.rootElement)
      expect([_added, _removed, _layoutChanged]).toEqual([{}, {}, {}])
      expect(messagesIn(after)).toEqual(messagesIn(text))
    }),
    RUNS,
  )
})

test('properties of others stay, in their order', () => {
  const others = (text: string) =>
    readDiagram(text).processes.flatMap(({ elements }) =>
      elements.map(({ id, properties }) => [
        id,
        ...properties.filter(({ name }) => /owner|^a\.b$/.test(name)).map(({ name, value }) => [name, value]),
      ]),
    )
  fc.assert(
    fc.property(importable, fc.boolean(), (text, strip) => {
      expect(others(changed(text, { strip }))).toEqual(others(text))
    }),
    RUNS,
  )
})

test('an import of the diagrams that an import has written gives the same connectors', () => {
  fc.assert(
    fc.property(importable, (text) => {
      const first = imported(text)
      const files = new Map(first.connectors.map(({ name, text: file }) => [name, file]))
      const again = imported(changed(text, { strip: false }), { existing: (name) => files.get(name) })
      expect(again.faults).toEqual([])
      expect(elementsOf(again)).toEqual(elementsOf(first))
      expect(again.diagrams).toEqual([])
    }),
    RUNS,
  )
})

test('a connector’s file with its diagrams is put into force as the import told', () => {
  fc.assert(
    fc.property(importable, (text) => {
      const plan = imported(text)
      const sources = plan.diagrams.map(({ file, text: diagram }) => ({ file, text: diagram }))
      for (const connector of plan.connectors) {
        const { text: resolved, faults } = connectorFromDiagrams(JSON.parse(connector.text), connector.name, sources)
        expect(faults).toEqual([])
        expect(elementsOf({ ...plan, connectors: [{ ...connector, assembled: { ...connector.assembled, text: resolved } }] })).toEqual({
          [connector.name]: elementsOf(plan)[connector.name],
        })
      }
    }),
    RUNS,
  )
})

test('no diagram whatever makes an import fail, and one that is refused writes nothing', () => {
  fc.assert(
    fc.property(randomDiagram({ odd: true }).map(written), fc.boolean(), (text, strip) => {
      const { faults, diagrams } = imported(text, { strip })
      if (faults.length > 0) expect(diagrams).toEqual([])
      for (const { path } of faults) expect(path).toMatch(/^order\.bpmn:\d+/)
    }),
    { numRuns: 150 },
  )
})

test('what Modeler shows of an attribute is what its own reader reads', async () => {
  const raw = anyText.map((text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('😀', '&#x1F600;'),
  )
  await fc.assert(
    fc.asyncProperty(raw, async (value) => {
      const xml = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="D" targetNamespace="t"><message id="M" name="${value}"/></definitions>`
      const { rootElement } = await moddle.fromXML(xml)
      expect(modelerReads(value)).toBe(rootElement.rootElements?.[0]?.name ?? '')
    }),
    RUNS,
  )
})
