import type { Fault } from '../../lambda/core/connector-faults.ts'

/** A place in a diagram, as it is told. */
export interface DiagramPlace {
  readonly file: string
  readonly line: number
  readonly process?: string | undefined
  readonly element?: string | undefined
  readonly property?: string | undefined
}

/** What is wrong there. */
export interface DiagramFault extends DiagramPlace, Pick<Fault, 'found' | 'expected' | 'at'> {}

/** What is no fault there, and has to be known. */
export interface DiagramWarning extends DiagramPlace {
  readonly message: string
}

/** A fault of a connector whose place is in a diagram. */
export interface FaultInDiagram extends Fault {
  readonly place: DiagramPlace
}

/** `order.bpmn:12 order/OrderPlaced activationCondition` */
export function placeText(place: DiagramPlace): string {
  return [`${place.file}:${place.line}`, textWithin(place)].filter(Boolean).join(' ')
}

/** A place in its file: `order/OrderPlaced activationCondition` */
export function textWithin({ process, element, property }: DiagramPlace): string {
  return [[process, element].filter(Boolean).join('/'), property].filter(Boolean).join(' ')
}

/** The fault as one of a connector, whose path is its place. */
export function toFault({ found, expected, at, ...place }: DiagramFault): FaultInDiagram {
  return { path: placeText(place), found, expected, ...(at && { at }), place }
}

/** The diagram's place of a fault; undefined where it is in the connector's file. */
export function placeInDiagram(fault: Fault): DiagramPlace | undefined {
  return (fault as Partial<FaultInDiagram>).place
}

export function warningLine(warning: DiagramWarning): string {
  return `${placeText(warning)}: ${warning.message}`
}
