import type { ImportPlan, PlanOptions } from '../../../tools/import/plan.ts'
import { planImport } from '../../../tools/import/plan.ts'

export const OPTIONS: PlanOptions = {
  types: [],
  secrets: new Map(),
  names: new Map(),
  strip: false,
  directory: 'connectors',
  existing: () => undefined,
}

/** The plan for one diagram. */
export function imported(text: string, options: Partial<PlanOptions> = {}): ImportPlan {
  return planImport([{ file: 'order.bpmn', text }], { ...OPTIONS, ...options })
}

/** Elements of the connectors as they are put into force, by the connectors' names. */
export function elementsOf({ connectors }: ImportPlan): Record<string, unknown[]> {
  const inForce = connectors.map(({ name, assembled }) => [
    name,
    JSON.parse(assembled.text)
      .elements.map((each: object) => JSON.stringify(each))
      .sort(),
  ])
  return Object.fromEntries(inForce.sort())
}
