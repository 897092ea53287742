/** What the tests use of bpmn.io's libraries, which bring no types that can be found. */
declare module 'bpmn-moddle' {
  export interface ModdleElement {
    readonly rootElements?: readonly { readonly name?: string }[]
  }
  export class BpmnModdle {
    constructor(packages: Readonly<Record<string, unknown>>)
    fromXML(xml: string): Promise<{ readonly rootElement: ModdleElement; readonly warnings: readonly Error[] }>
  }
}

declare module 'bpmn-js-differ' {
  export function diff(
    one: unknown,
    other: unknown,
  ): Readonly<Record<'_added' | '_removed' | '_layoutChanged' | '_changed', Readonly<Record<string, unknown>>>>
}
