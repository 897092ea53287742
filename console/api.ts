import type { SQSRecord } from 'aws-lambda'

/** What the console’s server and its page say to each other. Times are milliseconds of the epoch. */

/** What is looked at. */
export interface Overview {
  /** `run`: a start on this machine; `deployed`: a connector on AWS. */
  readonly kind: 'run' | 'deployed'
  /** Of this package. */
  readonly version: string
  readonly connectors: readonly ConnectorOverview[]
  readonly diagrams: readonly DiagramOverview[]
  readonly samples: readonly SampleMessage[]
  /** Undefined where none can be provoked. */
  readonly faults: FaultsOverview | undefined
  /** Where Camunda is, in words. */
  readonly camunda: string
}

export interface ConnectorOverview {
  readonly name: string
  readonly queue: string
  readonly fifo: boolean
  readonly parameterName: string
}

/** A BPMN file of the run, with the processes and the message names in it. */
export interface DiagramOverview {
  /** What `/api/diagrams/ID` takes. */
  readonly id: string
  readonly file: string
  readonly processes: readonly string[]
}

export interface FaultsOverview {
  /** `none`, or a name of the list. */
  readonly inForce: string
  readonly list: readonly { readonly name: string; readonly does: string; readonly see: string }[]
}

export interface SampleMessage extends NewMessage {
  readonly label: string
  readonly connector: string
  readonly ends: string
}

/** A message to be sent. */
export interface NewMessage {
  readonly body: string
  readonly attributes: Readonly<Record<string, string>>
  /** Of a FIFO queue. */
  readonly group?: string | undefined
}

export type Fate = 'deleted' | 'back in the queue' | 'dead letter'

/** A message in the list. */
export interface MessageRow {
  readonly messageId: string
  readonly connector: string
  readonly queue: string
  /** When it was first received. */
  readonly at: number
  /** When SQS got it. */
  readonly sent: number
  readonly elementId?: string | undefined
  /** Of the last receive; undefined while there is none, or where the function did not come to tell. */
  readonly outcome?: string | undefined
  readonly reason?: string | undefined
  /** Of the process instance or the message. */
  readonly key?: string | undefined
  readonly receives: number
  /** Milliseconds from the last receive to the next: how long it is delayed. */
  readonly delay?: number | undefined
  readonly fate?: Fate | undefined
  /** The beginning of the body. */
  readonly text: string
}

/** What happened to a message, in order. */
export interface MessageEvent {
  readonly at: number
  readonly kind: 'sent' | 'received' | 'filtered out' | Fate
  /** Of a receive: the how-manieth it is. */
  readonly receive?: number | undefined
  readonly outcome?: string | undefined
  readonly reason?: string | undefined
}

/** A message opened. */
export interface MessageDetails {
  readonly row: MessageRow
  /** As Lambda delivers it; undefined where only the log knows the message. */
  readonly record: SQSRecord | undefined
  readonly explanation: Explanation | undefined
  readonly events: readonly MessageEvent[]
  /** The function’s log lines about it. */
  readonly log: readonly { readonly at: number; readonly text: string }[]
}

/** A message’s way by the connector that is active now: what `explain` shows. Values are texts of JSON, with numbers as exact as they are. */
export interface Explanation {
  /** Of the connector by which it was explained. */
  readonly version: number | undefined
  readonly filter: { readonly patterns: readonly string[]; readonly passes: boolean }
  readonly elements: readonly {
    readonly elementId: string
    readonly activates: boolean
    readonly activationCondition?: TraceNode | undefined
  }[]
  readonly correlation?:
    | {
        readonly elementId: string
        readonly expressions: readonly { readonly property: string; readonly trace: TraceNode }[]
        /** What Camunda would be sent, in words. */
        readonly command: readonly { readonly name: string; readonly value: string }[]
        readonly variables: readonly { readonly name: string; readonly value: string }[]
        readonly variablesBytes: number | undefined
      }
    | undefined
  readonly outcome: { readonly kind: string; readonly reason?: string | undefined; readonly afterwards: string }
}

/** What a part of an expression came to. */
export interface TraceNode {
  readonly expression: string
  /** JSON. */
  readonly value?: string | undefined
  readonly type?: string | undefined
  readonly failure?: string | undefined
  readonly warnings?: readonly string[] | undefined
  /** What is before it decides. */
  readonly skipped?: boolean | undefined
  readonly parts?: readonly TraceNode[] | undefined
}

/** A connector as its parameter has it. */
export interface ActiveConnector {
  readonly name: string
  readonly parameterName: string
  /** Pretty JSON. */
  readonly text: string
  /** Of the parameter. */
  readonly version: number
  /** Of the parameter, by which the function last settled a message; undefined where it has not told. */
  readonly functionVersion: number | undefined
  /** What came into effect, the last of it last. */
  readonly steps: readonly LiveStep[]
}

/** A live change on its way. */
export interface LiveStep {
  readonly at: number
  /** Of the parameter. */
  readonly version: number
  readonly kind:
    | 'pushed'
    | 'invalid'
    | 'filter widened'
    | 'settings'
    | 'filter allowed'
    | 'function follows'
    | 'filter narrowed'
    | 'in effect'
  readonly text: string
}

/** What a push would do, or why there can be none. */
export interface CheckedConnector {
  /** Each with its place: `elements[0].activationCondition`, and where in the text it is, from 1. */
  readonly errors: readonly { readonly path: string; readonly message: string; readonly line: number; readonly column: number }[]
  readonly warnings: readonly string[]
  /** Lines: `-` goes, `+` comes. Undefined where nothing would change, or there are errors. */
  readonly differences: string | undefined
  /** What of the change takes a deployment. */
  readonly needsDeployment: readonly string[]
}

export interface Pushed extends CheckedConnector {
  readonly pushed: boolean
  /** Of the parameter, afterwards. */
  readonly version: number | undefined
}

/** Tokens which wait at an element, in the stand-in for Camunda. */
export interface WaitingTokens {
  readonly processId: string
  readonly elementId: string
  readonly count: number
}

/** What the server tells by itself. */
export type ConsoleEvent =
  /** New messages, or known ones as they are now. */
  | { readonly kind: 'messages'; readonly rows: readonly MessageRow[] }
  | { readonly kind: 'fault'; readonly inForce: string }
  | { readonly kind: 'tokens'; readonly tokens: readonly WaitingTokens[] }
  | { readonly kind: 'step'; readonly connector: string; readonly step: LiveStep }
  | { readonly kind: 'connection'; readonly connected: boolean }

/** What the page can ask of the server. Each call rejects with an `Error` whose message can be shown as it is. */
export interface ConsoleApi {
  overview(): Promise<Overview>
  message(messageId: string): Promise<MessageDetails>
  diagram(id: string): Promise<string>
  connector(name: string): Promise<ActiveConnector>
  /** The JSON schema of a connector’s file. */
  connectorSchema(): Promise<object>
  checkConnector(name: string, text: string): Promise<CheckedConnector>
  /** Puts a text into force; refused, with its errors, where it is invalid. */
  pushConnector(name: string, text: string): Promise<Pushed>
  /** @returns what ends it */
  subscribe(listener: (event: ConsoleEvent) => void): () => void
}
