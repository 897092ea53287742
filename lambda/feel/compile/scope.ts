import type { JsonObject } from '../../json/json.ts'
import type { Evaluation } from '../evaluation/evaluation.ts'
import { entryOfMessage, isContext, itemOf } from '../values/contexts.ts'
import { FeelFunction, type FeelItem, type FeelValue, MadeContext, settle } from '../values/values.ts'

/** The names which a part of an expression sees. What is inside shadows what is outside; functions have names of their own. */
export abstract class Scope {
  readonly evaluation: Evaluation
  readonly outer: Scope | undefined

  constructor(evaluation: Evaluation, outer?: Scope) {
    this.evaluation = evaluation
    this.outer = outer
  }

  protected abstract own(name: string): FeelItem | undefined

  protected ownFunctions(_name: string): readonly FeelFunction[] | undefined {
    return undefined
  }

  /** The value of a variable; undefined where there is none of that name. */
  variable(name: string): FeelValue | undefined {
    let scope: Scope | undefined = this
    do {
      const item = scope.own(name)
      if (item !== undefined) return settle(item, this.evaluation.budget)
      scope = scope.outer
    } while (scope)
    return undefined
  }

  /** The innermost function of that name which an expression defined and which takes these arguments. */
  function(name: string, takes: (candidate: FeelFunction) => boolean): FeelFunction | undefined {
    let scope: Scope | undefined = this
    do {
      const found = scope.ownFunctions(name)?.find(takes)
      if (found) return found
      scope = scope.outer
    } while (scope)
    return undefined
  }
}

/** The fields of the message: the outermost scope. */
export class MessageScope extends Scope {
  readonly #message: JsonObject

  constructor(evaluation: Evaluation, message: JsonObject) {
    super(evaluation)
    this.#message = message
  }

  protected override own(name: string): FeelItem | undefined {
    return itemOf(this.#message, name)
  }
}

/** One variable more: of an iterator, or the input value of a test. */
export class VariableScope extends Scope {
  /** A loop sets that of its next item where nothing keeps the scope, as functions do which are defined inside. */
  value: FeelValue
  readonly #name: string

  constructor(name: string, value: FeelValue, outer: Scope) {
    super(outer.evaluation, outer)
    this.value = value
    this.#name = name
  }

  protected override own(name: string): FeelItem | undefined {
    return name === this.#name ? this.value : undefined
  }
}

/** The entries of a context while it is made, or the arguments of a function. */
export class EntriesScope extends Scope {
  readonly #entries: ReadonlyMap<string, FeelItem>
  readonly #functions: ReadonlyMap<string, readonly FeelFunction[]> | undefined

  constructor(outer: Scope, entries: ReadonlyMap<string, FeelItem>, functions?: ReadonlyMap<string, readonly FeelFunction[]>) {
    super(outer.evaluation, outer)
    this.#entries = entries
    this.#functions = functions
  }

  protected override own(name: string): FeelItem | undefined {
    return this.#entries.get(name)
  }

  protected override ownFunctions(name: string): readonly FeelFunction[] | undefined {
    return this.#functions?.get(name)
  }
}

/** An item of a list which is filtered: it is called `item`, and its entries are variables. */
export class ItemScope extends Scope {
  /** One after the other: no function which a filter defines outlives the answer for its item. */
  item: FeelValue = null

  constructor(outer: Scope) {
    super(outer.evaluation, outer)
  }

  override variable(name: string): FeelValue | undefined {
    const entry = entryOfMessage(this.item, name, this.evaluation.budget)
    return entry === undefined ? super.variable(name) : entry
  }

  protected override own(name: string): FeelItem | undefined {
    const { item } = this
    const entry = isContext(item) ? itemOf(item, name) : undefined
    return entry === undefined && name === 'item' && !(item instanceof FeelFunction) ? item : entry
  }

  protected override ownFunctions(name: string): readonly FeelFunction[] | undefined {
    const { item } = this
    if (item instanceof FeelFunction) return name === 'item' ? [item] : undefined
    return item instanceof MadeContext ? item.functions?.get(name) : undefined
  }
}
