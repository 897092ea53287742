import type { JsonObject, JsonValue } from '../json/json.ts'
import { compile } from './compile/compile.ts'
import { type Compute, isError } from './compile/compute.ts'
import { MessageScope } from './compile/scope.ts'
import { BudgetExceeded } from './evaluation/budget.ts'
import { Evaluation, EvaluationFault, type FeelWarning, type Surroundings } from './evaluation/evaluation.ts'
import { bare, inFull, type Reason, type Wording } from './evaluation/wording.ts'
import { ArithmeticFault } from './numbers/decimal.ts'
import { parse, SyntaxFault } from './syntax/parser.ts'
import type { FeelNode } from './syntax/syntax-tree.ts'
import { beginOfLastBlanks, endOfBlanks } from './values/text.ts'
import { toJson } from './values/to-json.ts'
import { exactTypeOf } from './values/types.ts'

/**
 * FEEL as Camunda's connectors evaluate it. An expression is parsed and compiled once, with no message in sight; then it is evaluated on
 * any number of messages, which are data and nothing else. See docs/FEEL.md.
 */

export { type StaticWarning, staticWarnings } from './compile/static-warnings.ts'
export { OutOfTime } from './evaluation/budget.ts'
export type { FeelWarning, Surroundings, WarningType } from './evaluation/evaluation.ts'
export type { FeelNode } from './syntax/syntax-tree.ts'

export type ParsedFeel =
  | { readonly kind: 'parsed'; readonly expression: FeelExpression }
  /** Positions are those of the text as it was given. */
  | { readonly kind: 'syntaxError'; readonly message: string; readonly from: number; readonly to: number }

export type FeelResult =
  | { readonly kind: 'value'; readonly value: JsonValue; readonly type: string; readonly warnings: readonly FeelWarning[] }
  /** `reason` is as the engine says it, with the values; `told` has nothing of the message. What Camunda's engine fails on (`fault`), or what takes more than an evaluation may (`budget`). */
  | {
      readonly kind: 'failure'
      readonly reason: string
      readonly told: string
      readonly phase: 'fault' | 'budget'
      readonly warnings: readonly FeelWarning[]
    }

export interface EvaluationOptions extends Partial<Surroundings> {
  /** Whether to collect warnings; false. */
  readonly warnings?: boolean
  /** How many steps it may take; see budget.ts. */
  readonly steps?: number
  /** Whether there is time to go on; asked every few milliseconds. */
  readonly hasTime?: (() => boolean) | undefined
  /** Whether half of a surrogate pair stays in the value as it is; otherwise it is a question mark, as Java writes it. */
  readonly keepsHalfPairs?: boolean
}

/** Six tenths of a second of one processor, and 56 MB, at the most. A body of 1 MiB has half a million items. */
export const DEFAULT_STEPS = 1_750_000

/**
 * The expression which a text is. As Camunda reads a property, blanks around it and one leading `=` are no part of it.
 */
export function parseFeel(text: string): ParsedFeel {
  const [from, to] = expressionWithin(text)
  try {
    const root = parse(text, from, to)
    return { kind: 'parsed', expression: new FeelExpression(text, root) }
  } catch (fault) {
    if (fault instanceof SyntaxFault) return { kind: 'syntaxError', message: fault.message, from: fault.from, to: fault.to }
    if (fault instanceof RangeError) return { kind: 'syntaxError', message: 'the expression is nested too deeply', from, to }
    throw fault
  }
}

/** An expression, compiled. */
export class FeelExpression {
  /** The text as it was given; the positions of the tree and of warnings are those of this text. */
  readonly text: string
  readonly root: FeelNode
  readonly #compute: Compute

  constructor(text: string, root: FeelNode) {
    this.text = text
    this.root = root
    this.#compute = compile(root)
  }

  /**
   * The value on the variables of a context.
   * @throws OutOfTime where `hasTime` says so
   */
  evaluate(context: JsonObject, options: EvaluationOptions = {}): FeelResult {
    const evaluation = new Evaluation(options.steps ?? DEFAULT_STEPS, surroundings(options), options.warnings ?? false, options.hasTime)
    const { warnings } = evaluation
    try {
      const value = this.#compute(new MessageScope(evaluation, context))
      if (evaluation.failedAssertion !== undefined) return failure(this.#unmet(evaluation.failedAssertion), 'fault', warnings)
      if (isError(value)) return failure(value.wording, 'fault', warnings)
      return {
        kind: 'value',
        value: toJson(value, { budget: evaluation.budget, keepsHalfPairs: options.keepsHalfPairs ?? false }),
        type: exactTypeOf(value),
        warnings,
      }
    } catch (fault) {
      if (fault instanceof EvaluationFault) return failure(fault.wording, 'fault', warnings)
      if (fault instanceof ArithmeticFault) return failure(fault.message, 'fault', warnings)
      if (fault instanceof BudgetExceeded) return failure(fault.message, 'budget', warnings)
      if (fault instanceof RangeError) return failure('the evaluation goes too deep', 'budget', warnings)
      throw fault
    }
  }

  /** What an assertion says may be of the message; where it stands is not. */
  #unmet({ error, from, to }: NonNullable<Evaluation['failedAssertion']>): Wording {
    return {
      get inFull() {
        return `an assertion is not met: ${error.reason}`
      },
      bare: `an assertion is not met: ${this.text.slice(from, to)}`,
    }
  }
}

function failure(wording: Reason, phase: 'fault' | 'budget', warnings: readonly FeelWarning[]): FeelResult {
  return {
    kind: 'failure',
    get reason() {
      try {
        return inFull(wording)
      } catch (fault) {
        // There is no budget left for the values.
        if (fault instanceof BudgetExceeded) return bare(wording)
        throw fault
      }
    },
    told: bare(wording),
    phase,
    warnings,
  }
}

/** Asked once, and only if needed: it takes longer than most evaluations. */
let zoneOfProcess: string | undefined

const WORLD: Surroundings = {
  now: Date.now,
  random: Math.random,
  get timeZone() {
    zoneOfProcess ??= new Intl.DateTimeFormat().resolvedOptions().timeZone
    return zoneOfProcess
  },
}

function surroundings({ now, random, timeZone }: EvaluationOptions): Surroundings {
  if (now === undefined && random === undefined && timeZone === undefined) return WORLD
  return { now: now ?? WORLD.now, random: random ?? WORLD.random, timeZone: timeZone ?? WORLD.timeZone }
}

/** Java's `trim`, one `=`, and `trim` again. */
function expressionWithin(text: string): [from: number, to: number] {
  let from = endOfBlanks(text, 0)
  if (text[from] === '=') from = endOfBlanks(text, from + 1)
  return [from, beginOfLastBlanks(text, from)]
}
