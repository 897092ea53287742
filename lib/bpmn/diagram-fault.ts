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

/** `order.bpmn:12 order/OrderPlaced activationCondition` */
export function placeText({ file, line, process, element, property }: DiagramPlace): string {
  const within = [process, element].filter(Boolean).join('/')
  return [`${file}:${line}`, within, property].filter(Boolean).join(' ')
}

/** The fault as one of a connector, whose path is its place. */
export function toFault({ found, expected, at, ...place }: DiagramFault): Fault {
  return { path: placeText(place), found, expected, ...(at && { at }) }
}

export function warningLine(warning: DiagramWarning): string {
  return `${placeText(warning)}: ${warning.message}`
}
