declare module 'bpmn-moddle' {
  /** Reads and writes BPMN 2.0 XML. */
  export class BpmnModdle {
    fromXML(xml: string): Promise<{ readonly rootElement: unknown }>
  }
}
