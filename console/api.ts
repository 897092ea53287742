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
  /** In words: with which Camunda the run is, or which connector it is on AWS. */
  readonly where: string
}

export interface ConnectorOverview {
  readonly name: string
  readonly queue: string
  readonly fifo: boolean
  readonly parameterName: string
  /** Of the connector that is active. */
  readonly elements: readonly ElementOverview[]
}

/** An element of a connector. */
export interface ElementOverview {
  readonly elementId: string
  /** `createProcessInstance order` */
  readonly correlationPoint: string
  /** Those which are not blank, by their properties. */
  readonly expressions: readonly { readonly property: string; readonly text: string }[]
  /** What is wrong with the name of its process or message, and what follows: no diagram has it. */
  readonly undefinedName?: string | undefined
}

/** A BPMN file of the run. */
export interface DiagramOverview {
  readonly id: string
  readonly file: string
  readonly processes: readonly string[]
  readonly elements: readonly ReachableElement[]
}

/** An element of a diagram which messages could reach. */
export interface ReachableElement {
  readonly id: string
  readonly name: string | undefined
  readonly processId: string
  /** What it begins or waits for. */
  readonly reachedBy: { readonly kind: 'process' | 'message'; readonly name: string }
  /** The elements of connectors by which messages reach it; none: no connector reaches it. */
  readonly connections: readonly { readonly connector: string; readonly elementId: string }[]
}

export interface FaultsOverview {
  /** `none`, or a name of the list. */
  readonly inForce: string
  readonly list: readonly { readonly name: string; readonly does: string; readonly see: string }[]
}

export interface SampleMessage {
  readonly label: string
  readonly connector: string
  readonly message: NewMessage
  /** `ProcessInstanceCreated, deleted` */
  readonly ends: string
}

/** A message to be sent. */
export interface NewMessage {
  readonly body: string
  /** `dataType` as SQS has it, such as `String`; of a binary one the value is Base64. */
  readonly attributes: Readonly<Record<string, { readonly dataType: string; readonly value: string }>>
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
  readonly errors: readonly ConnectorProblem[]
  /** What is hardly meant, or has to be known. */
  readonly warnings: readonly ConnectorProblem[]
  /** Lines: `-` goes, `+` comes. Undefined where nothing would change, or there are errors. */
  readonly differences: string | undefined
  /** What of the change takes a deployment. */
  readonly needsDeployment: readonly string[]
}

/** With its place: `elements[0].activationCondition`, and where in the text it is, from 1. */
export interface ConnectorProblem {
  readonly path: string
  readonly message: string
  readonly line: number
  readonly column: number
}

export interface Pushed extends CheckedConnector {
  readonly pushed: boolean
  /** Of the parameter, afterwards. */
  readonly version: number | undefined
}

/** The tests beside a connector’s file, run against the connector that is active. */
export interface ConnectorTests {
  /** Undefined: there is no such file. */
  readonly file: string | undefined
  /** Why none could be run. */
  readonly error?: string | undefined
  readonly tests: readonly {
    readonly name: string
    readonly passed: boolean
    /** Lines: `-` was expected, `+` came. */
    readonly differences?: readonly string[] | undefined
    readonly message: NewMessage
  }[]
}

export interface Sent {
  readonly messageIds: readonly string[]
  /** Why the others were not sent. */
  readonly error?: string | undefined
}

/** The dead letters of a connector, by reason and element, the largest group first. */
export interface DeadLetters {
  readonly queue: string
  /** Approximately, as SQS counts. */
  readonly visible: number
  /** Held by somebody. */
  readonly inFlight: number
  readonly seen: number
  /** What could not be asked for the reasons. */
  readonly notes: readonly string[]
  readonly groups: readonly {
    readonly reason: string
    readonly elementId?: string | undefined
    /** Where the reason is from; `now`: what would become of them now. */
    readonly told: 'function' | 'log' | 'now' | 'other'
    readonly now?: string | undefined
    readonly count: number
    /** ISO 8601. */
    readonly oldest: string
    readonly newest: string
    readonly messages: readonly { readonly messageId: string; readonly sent: string; readonly body: string }[]
  }[]
}

/** What became of dead letters that were moved or deleted. */
export interface MovedDeadLetters {
  readonly moved: number
  readonly left: number
  /** In so many words, each what is not as it should be. */
  readonly faults: readonly string[]
}

/** Counts of one period, or of all. */
export interface Counts {
  /** Received for the first time. */
  readonly received: number
  readonly filtered: number
  /** Settled and deleted. */
  readonly done: number
  readonly returned: number
  readonly deadLetters: number
}

export interface FigurePoint extends Counts {
  /** When the period began. */
  readonly at: number
  /** Milliseconds, of what the function settled; undefined where that was nothing. */
  readonly latency?: { readonly median: number; readonly most: number } | undefined
  /** Milliseconds since it was sent: of the oldest message that was settled. */
  readonly age?: number | undefined
}

/** The figures of a connector’s queue and function. */
export interface Figures {
  /** Milliseconds of a period. */
  readonly period: number
  /** Undefined where only periods are known. */
  readonly totals: Counts | undefined
  readonly points: readonly FigurePoint[]
  /** Approximately, as SQS counts, now. */
  readonly waiting: number
  readonly inFlight: number
  readonly deadLetters: number
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
  /** What keeps the server from knowing more. */
  | { readonly kind: 'trouble'; readonly text: string }
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
  connectorTests(name: string): Promise<ConnectorTests>
  /** @param count how many; `{n}` in the body, an attribute or the group is then the number of each */
  send(connector: string, message: NewMessage, count: number): Promise<Sent>
  /** @param name `none` ends the one in force */
  provoke(name: string): Promise<void>
  deadLetters(name: string): Promise<DeadLetters>
  /** @param messageIds undefined: all */
  redrive(name: string, messageIds: readonly string[] | undefined): Promise<MovedDeadLetters>
  discard(name: string, messageIds: readonly string[] | undefined): Promise<MovedDeadLetters>
  figures(name: string): Promise<Figures>
  /** @returns what ends it */
  subscribe(listener: (event: ConsoleEvent) => void): () => void
}
