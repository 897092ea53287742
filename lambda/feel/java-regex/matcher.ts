import { BudgetExceeded, type SmallSteps } from '../evaluation/budget.ts'
import {
  type CharacterSet,
  isAsciiWord,
  isLetterOrDigit,
  isLineTerminator,
  isNonSpacingMark,
  isSurrogate,
  isUnicodeWord,
} from './classes.ts'
import { Op, type RegexProgram } from './program.ts'
import { ASSERTIONS } from './syntax.ts'

/** Ends a match which takes more steps, or more memory, than it may. */
export class RegexBudgetExceeded extends BudgetExceeded {
  constructor(what: string) {
    super(`the regular expression takes more ${what} than it may`)
  }
}

/** Steps between two looks at the clock: a millisecond. */
const LOOK = 1 << 17

/** What it costs to remember a place, in memory more than in time. */
const MEMORY_STEPS = 5

/** The most integers on the stack of choices: 64 MiB. */
const MAX_STACK = 1 << 24
const INITIAL_STACK = 256

/** How many integers each instruction leaves on the stack, besides its own place, for the case that what follows fails. */
const FRAME: Readonly<Record<number, number>> = {
  [Op.run]: 2,
  [Op.pointRun]: 2,
  [Op.groupBeginInLoop]: 1,
  [Op.groupEnd]: 2,
  [Op.loopEnter]: 2,
  [Op.loop]: 2,
  [Op.lazyLoopEnter]: 2,
  [Op.lazyLoop]: 2,
  [Op.loopUndo]: 1,
  [Op.repetition]: 4,
  [Op.lazyRepetition]: 2,
  [Op.lazyOption]: 1,
  [Op.uniform]: 6,
  [Op.uniformResume]: 6,
  [Op.lazyUniform]: 2,
  [Op.uniformUndo]: 2,
}

/**
 * Matches a program against a text, trying alternatives in Java's order. The choices which are still open are on a stack of its own, never
 * on JavaScript's, so that the length of a text does not matter; only what is matched once and for good (lookaround, atomic groups, single
 * rounds of a repetition) is a call, and such parts are nested as deep as the pattern is.
 *
 * Where Java leaves captures as a failed attempt set them (in lookaround, in rounds taken back), so does this.
 */
export class RegexMatcher {
  /** Where the last match began and ended. */
  start = -1
  end = 0
  /** Begin and end of each capture of the last match, -1 where it took no part; those of the whole match first. */
  readonly captures: Int32Array
  readonly #program: RegexProgram
  readonly #locals: Int32Array
  /** Where each of the loops that fail once has failed. */
  readonly #memories: Set<number>[]
  #text = ''
  /** How many steps are left until the next look at the clock, and how many after it. */
  #steps = 0
  #laterSteps = 0
  #budget: SmallSteps | undefined
  #stack = new Int32Array(INITIAL_STACK)
  #height = 0
  /** Where the last thing that was matched once and for good ended. */
  #last = 0
  #lastMatchEnd = 0
  #lookbehindTo = -1

  constructor(program: RegexProgram) {
    this.#program = program
    this.captures = new Int32Array(2 * (program.captureCount + 1))
    this.#locals = new Int32Array(program.localCount)
    this.#memories = Array.from({ length: program.memoryCount }, () => new Set<number>())
  }

  /**
   * Calls `use` with a function that finds the next match in a text, and takes what that cost from the budget.
   *
   * @throws RegexBudgetExceeded
   */
  on<T>(text: string, budget: SmallSteps, use: (next: () => boolean) => T): T {
    this.#text = text
    this.#steps = Math.min(budget.remaining, LOOK)
    this.#laterSteps = budget.remaining - this.#steps
    this.#budget = budget
    this.start = -1
    this.end = 0
    this.#last = 0
    this.#lastMatchEnd = 0
    try {
      return use(() => this.#next())
    } finally {
      budget.remaining = Math.max(this.#steps + this.#laterSteps, 0)
      this.#budget = undefined
      this.#text = ''
      for (const memory of this.#memories) memory.clear()
      if (this.#stack.length > MAX_STACK >> 8) this.#stack = new Int32Array(INITIAL_STACK)
    }
  }

  /** Takes more from the budget of the text at hand. */
  spend(steps: number): void {
    this.#steps -= steps
    if (this.#steps < 0) this.#goOn()
  }

  #goOn(): void {
    if (this.#steps + this.#laterSteps < 0) throw new RegexBudgetExceeded('steps')
    this.#budget?.look?.()
    const more = Math.min(this.#laterSteps, LOOK - this.#steps)
    this.#steps += more
    this.#laterSteps -= more
  }

  /** The next match: behind the last one, or a unit further if that was empty, be it between two surrogates. */
  #next(): boolean {
    const from = this.start === this.end ? this.end + 1 : this.end
    if (from > this.#text.length) return false
    const at = this.#search(from)
    this.#lastMatchEnd = this.#last
    if (at < 0) return false
    this.start = at
    this.end = this.#last
    this.captures[0] = at
    this.captures[1] = this.#last
    return true
  }

  #search(from: number): number {
    const { anchored, searchesByPoint } = this.#program
    const text = this.#text
    this.captures.fill(-1)
    for (const memory of this.#memories) memory.clear()
    this.#height = 0
    if (anchored) return this.#run(0, from) < 0 ? -1 : from
    for (let at = this.#skip(from); at <= text.length; at = this.#skip(at)) {
      if (this.#run(0, at) >= 0) return at
      at += searchesByPoint && isPair(text, at) ? 2 : 1
    }
    return -1
  }

  /** The next place from `at` on where the text is as a match has to begin. */
  #skip(at: number): number {
    const { prefix, searchesByPoint } = this.#program
    if (prefix === undefined) return at
    const text = this.#text
    const nowhere = text.length + 1
    let found = at
    if (typeof prefix === 'string') {
      found = text.indexOf(prefix, at)
      if (found < 0) found = nowhere
      this.spend((found - at) >> 4)
    } else {
      const reach = this.#reach(at, prefix)
      while (found < reach && !prefix.has(pointAt(text, found))) found += searchesByPoint && isPair(text, found) ? 2 : 1
      this.spend((found - at) * prefix.cost)
      if (found >= text.length) found = nowhere
    }
    return found
  }

  /** How far a set can be looked for: to the end of the text, or to a place which the budget does not allow. */
  #reach(at: number, set: CharacterSet): number {
    return Math.min(this.#text.length, at + Math.floor((this.#steps + this.#laterSteps) / set.cost) + 1)
  }

  /** Where the program from `startPc` on, at `startAt`, has matched up to; -1 if it does not match. */
  #run(startPc: number, startAt: number): number {
    const { code, sets } = this.#program
    const text = this.#text
    const length = text.length
    const base = this.#height
    let pc = startPc
    let at = startAt
    for (;;) {
      if (--this.#steps < 0) this.#goOn()
      switch (code[pc]) {
        case Op.unit:
          if (at < length && text.charCodeAt(at) === code[pc + 1]) {
            at++
            pc += 2
            continue
          }
          break
        case Op.set:
          if (at < length) {
            const set = setOf(sets, code, pc)
            this.#steps -= set.cost
            if (set.has(text.charCodeAt(at))) {
              at++
              pc += 2
              continue
            }
          }
          break
        case Op.pointSet:
          if (at < length) {
            const point = pointAt(text, at)
            const set = setOf(sets, code, pc)
            this.#steps -= set.cost
            if (set.has(point)) {
              at += point > 0xffff ? 2 : 1
              pc += 2
              continue
            }
          }
          break
        case Op.run: {
          const set = setOf(sets, code, pc)
          const reach = this.#reach(at, set)
          let to = at
          while (to < reach && set.has(text.charCodeAt(to))) to++
          this.spend((to - at) * set.cost)
          const least = at + operand(code, pc, 2)
          if (to < least) break
          if (to > least) this.#push2(to - 1, least, ~pc)
          at = to
          pc += 3
          continue
        }
        case Op.pointRun: {
          const set = setOf(sets, code, pc)
          const min = operand(code, pc, 2)
          const reach = this.#reach(at, set)
          let to = at
          let least = min === 0 ? at : length + 1
          for (let count = 1; to < reach; count++) {
            const point = pointAt(text, to)
            if (!set.has(point)) break
            to += point > 0xffff ? 2 : 1
            if (count === min) least = to
          }
          this.spend((to - at) * set.cost)
          if (to < least) break
          if (to > least) this.#push2(before(text, to, least), least, ~pc)
          at = to
          pc += 3
          continue
        }
        case Op.text: {
          const wanted = this.#program.texts[operand(code, pc, 1)] as string
          this.#steps -= wanted.length >> 5
          if (text.startsWith(wanted, at)) {
            at += wanted.length
            pc += 2
            continue
          }
          break
        }
        case Op.fork:
          this.#push1(at, operand(code, pc, 1))
          pc += 2
          continue
        case Op.jump:
          pc = operand(code, pc, 1)
          continue
        case Op.accept:
          this.#last = at
          if (this.#program.settlesCaptures) this.#settleCaptures(base)
          this.#height = base
          return at
        case Op.groupBegin:
          this.#locals[operand(code, pc, 1)] = at
          pc += 2
          continue
        case Op.groupBeginInLoop: {
          const local = operand(code, pc, 1)
          this.#push1(this.#local(local), ~pc)
          this.#locals[local] = at
          pc += 2
          continue
        }
        case Op.groupEnd: {
          const capture = operand(code, pc, 2)
          this.#push2(this.#captureStart(capture), this.#captureEnd(capture), ~pc)
          this.#capture(capture, this.#local(operand(code, pc, 1)), at)
          pc += 3
          continue
        }
        case Op.loopEnter: {
          const count = operand(code, pc, 1)
          if (operand(code, pc, 4) === 0) {
            pc = operand(code, pc, 7)
            continue
          }
          this.#push2(this.#local(count), at, ~pc)
          this.#locals[count] = 1
          pc = operand(code, pc, 6)
          continue
        }
        case Op.loop: {
          const count = operand(code, pc, 1)
          const rounds = this.#local(count)
          const memory = this.#memories[operand(code, pc, 5)]
          if (
            at > this.#local(operand(code, pc, 2)) &&
            (rounds < operand(code, pc, 3) || (rounds < operand(code, pc, 4) && !memory?.has(at)))
          ) {
            this.#push2(rounds, at, ~pc)
            this.#locals[count] = rounds + 1
            pc = operand(code, pc, 6)
          } else {
            pc = operand(code, pc, 7)
          }
          continue
        }
        case Op.lazyLoopEnter: {
          const count = operand(code, pc, 1)
          this.#push2(this.#local(count), at, ~pc)
          if (operand(code, pc, 3) > 0) {
            this.#locals[count] = 1
            pc = operand(code, pc, 6)
          } else {
            pc = operand(code, pc, 7)
          }
          continue
        }
        case Op.lazyLoop: {
          const count = operand(code, pc, 1)
          const rounds = this.#local(count)
          const moved = at > this.#local(operand(code, pc, 2))
          if (moved) this.#push2(rounds, at, ~pc)
          if (moved && rounds < operand(code, pc, 3)) {
            this.#locals[count] = rounds + 1
            pc = operand(code, pc, 6)
          } else {
            pc = operand(code, pc, 7)
          }
          continue
        }
        case Op.repetition: {
          const to = this.#leastRounds(pc, at)
          if (to < 0) break
          at = this.#greedyRounds(pc, to)
          pc += 4
          continue
        }
        case Op.lazyRepetition: {
          const to = this.#leastRounds(pc, at)
          if (to < 0) break
          at = to
          this.#push2(at, operand(code, pc, 2), ~pc)
          pc += 4
          continue
        }
        case Op.possessiveRepetition: {
          const to = this.#leastRounds(pc, at)
          if (to < 0) break
          at = this.#allRounds(pc, to)
          pc += 4
          continue
        }
        case Op.option: {
          const to = this.#body(operand(code, pc, 1), at)
          pc += 2
          if (to >= 0) {
            this.#push1(at, pc)
            at = to
          }
          continue
        }
        case Op.lazyOption:
          this.#push1(at, ~pc)
          pc += 2
          continue
        case Op.possessiveOption:
          at = Math.max(at, this.#body(operand(code, pc, 1), at))
          pc += 2
          continue
        case Op.atomic: {
          const to = this.#body(operand(code, pc, 1), at)
          if (to < 0) break
          at = to
          pc += 2
          continue
        }
        case Op.uniform:
        case Op.lazyUniform: {
          const capture = operand(code, pc, 4)
          if (capture > 0) this.#push2(this.#captureStart(capture), this.#captureEnd(capture), ~(pc + UNIFORM_UNDO))
          const to = this.#leastRounds(pc, at, capture)
          if (to < 0) break
          at = to
          if (code[pc] === Op.uniform) at = this.#uniformRounds(pc, at, operand(code, pc, 2))
          else this.#push2(at, operand(code, pc, 2), ~pc)
          pc += 5
          continue
        }
        case Op.lookahead: {
          const matches = this.#body(operand(code, pc, 1), at) >= 0
          if (matches === (code[pc + 2] === 1)) break
          pc += 3
          continue
        }
        case Op.lookbehind: {
          if (this.#looksBehind(pc, at) === (code[pc + 2] === 1)) break
          pc += 6
          continue
        }
        case Op.lookbehindEnd:
          if (at !== this.#lookbehindTo) break
          if (this.#program.settlesCaptures) this.#settleCaptures(base)
          this.#height = base
          return at
        case Op.points: {
          const to = this.#matchPoints(pc, at)
          if (to < 0) break
          at = to
          pc += 3
          continue
        }
        case Op.backReference: {
          const to = this.#matchCapture(operand(code, pc, 1), at)
          if (to < 0) break
          at = to
          pc += 2
          continue
        }
        case Op.foldedBackReference: {
          const to = this.#matchFoldedCapture(operand(code, pc, 1), operand(code, pc, 2), at)
          if (to < 0) break
          at = to
          pc += 3
          continue
        }
        case Op.lineBreak: {
          const unit = at < length ? text.charCodeAt(at) : 0
          if (!isLineTerminator(unit) && unit !== 0x0b && unit !== 0x0c) break
          at++
          pc++
          if (unit === 0x0d && text.charCodeAt(at) === 0x0a) {
            this.#push1(at, pc)
            at++
          }
          continue
        }
        case Op.grapheme:
          if (at >= length) break
          at = this.#afterGrapheme(at)
          pc++
          continue
        case Op.assertion:
          if (!this.#holds(operand(code, pc, 1), at)) break
          pc += 2
          continue
      }

      // It failed: go back to the last choice that was left open.
      for (;;) {
        if (this.#height === base) return -1
        const top = this.#pop()
        if (top >= 0) {
          pc = top
          at = this.#pop()
          break
        }
        pc = ~top
        const op = code[pc]
        if (op === Op.run || op === Op.pointRun) {
          const least = this.#pop()
          at = this.#pop()
          if (at > least) this.#push2(op === Op.run ? at - 1 : before(text, at, least), least, ~pc)
          pc += 3
          break
        }
        if (op === Op.groupEnd) {
          const end = this.#pop()
          this.#capture(operand(code, pc, 2), this.#pop(), end)
          continue
        }
        if (op === Op.groupBeginInLoop || op === Op.loopUndo) {
          this.#locals[operand(code, pc, 1)] = this.#pop()
          continue
        }
        if (op === Op.loop || op === Op.loopEnter) {
          at = this.#pop()
          const rounds = this.#pop()
          this.#locals[operand(code, pc, 1)] = rounds
          if ((op === Op.loop ? rounds : 0) < operand(code, pc, 3)) continue
          if (op === Op.loop) this.#remember(operand(code, pc, 5), at)
          pc = operand(code, pc, 7)
          break
        }
        if (op === Op.lazyLoop || op === Op.lazyLoopEnter) {
          at = this.#pop()
          const before = this.#pop()
          const rounds = op === Op.lazyLoop ? before : 0
          this.#locals[operand(code, pc, 1)] = before
          if (rounds < operand(code, pc, 3) || rounds >= operand(code, pc, 4)) continue
          this.#push1(before, ~(operand(code, pc, 7) - LOOP_UNDO))
          this.#locals[operand(code, pc, 1)] = rounds + 1
          pc = operand(code, pc, 6)
          break
        }
        if (op === Op.repetition) {
          const limit = this.#pop()
          const size = this.#pop()
          const rounds = this.#pop()
          at = this.#pop()
          if (rounds > limit) this.#push4(at - size, rounds - 1, size, limit, ~pc)
          pc += 4
          break
        }
        if (op === Op.lazyRepetition || op === Op.lazyUniform) {
          const rounds = this.#pop()
          at = this.#pop()
          if (rounds >= operand(code, pc, 3)) continue
          const to = this.#body(operand(code, pc, 1), at)
          if (to < 0 || to === at) continue
          if (op === Op.lazyUniform) this.#capture(operand(code, pc, 4), at, to)
          at = to
          this.#push2(at, rounds + 1, ~pc)
          pc += op === Op.lazyUniform ? 5 : 4
          break
        }
        if (op === Op.lazyOption) {
          at = this.#body(operand(code, pc, 1), this.#pop())
          if (at < 0) continue
          pc += 2
          break
        }
        if (op === Op.uniform || op === Op.uniformResume) {
          if (op === Op.uniformResume) pc -= UNIFORM_RESUME
          at = this.#takeBackUniformRound(pc)
          pc += 5
          break
        }
        if (op === Op.uniformUndo) {
          const end = this.#pop()
          this.#capture(operand(code, pc - UNIFORM_UNDO, 4), this.#pop(), end)
        }
      }
    }
  }

  /** Matches a body at a place, once and for good: where it ends, or -1. */
  #body(body: number, at: number): number {
    if (body < 0) return this.#run(~body, at)
    const set = this.#program.sets[body] as CharacterSet
    this.spend(set.cost)
    if (at >= this.#text.length) return -1
    const point = pointAt(this.#text, at)
    if (!set.has(point)) return -1
    this.#last = point > 0xffff ? at + 2 : at + 1
    return this.#last
  }

  /** The rounds which a repetition must have. */
  #leastRounds(pc: number, from: number, capture = 0): number {
    const { code } = this.#program
    const body = operand(code, pc, 1)
    const min = operand(code, pc, 2)
    let at = from
    for (let round = 0; round < min; round++) {
      const to = this.#body(body, at)
      if (to < 0) return -1
      this.#capture(capture, at, to)
      at = to
    }
    return at
  }

  /** Possessive: as many rounds as there are, and none taken back. */
  #allRounds(pc: number, from: number): number {
    const { code } = this.#program
    const body = operand(code, pc, 1)
    const max = operand(code, pc, 3)
    let at = from
    for (let round = operand(code, pc, 2); round < max; round++) {
      const to = this.#body(body, at)
      if (to < 0 || to === at) break
      at = to
    }
    return at
  }

  /** Greedy: rounds are taken back one by one, which is cheap while they are of one length; with another length begins another frame. */
  #greedyRounds(pc: number, from: number): number {
    const { code } = this.#program
    const body = operand(code, pc, 1)
    const max = operand(code, pc, 3)
    let at = from
    let rounds = operand(code, pc, 2)
    let limit = rounds
    let size = 0
    while (rounds < max) {
      const to = this.#body(body, at)
      if (to < 0 || (size === 0 && to === at)) break
      if (size > 0 && to - at !== size) {
        this.#push4(at, rounds, size, limit, ~pc)
        limit = rounds + 1
        size = 0
      } else {
        size = to - at
      }
      at = to
      rounds++
    }
    if (size > 0) this.#push4(at - size, rounds - 1, size, limit, ~pc)
    return at
  }

  /** The same with a group whose capture moves with the rounds. */
  #uniformRounds(pc: number, from: number, least: number): number {
    const { code } = this.#program
    const body = operand(code, pc, 1)
    const max = operand(code, pc, 3)
    const capture = operand(code, pc, 4)
    let at = from
    let rounds = least
    let limit = rounds
    let size = 0
    let [start, end] = [this.#captureStart(capture), this.#captureEnd(capture)]
    while (rounds < max) {
      const to = this.#body(body, at)
      if (to < 0 || (size === 0 && to === at)) break
      if (size > 0 && to - at !== size) {
        // Java matches this round anew, as the first of its length.
        this.#pushUniform(at, rounds, size, limit, start, end, ~(pc + UNIFORM_RESUME))
        limit = rounds
        size = 0
        start = this.#captureStart(capture)
        end = this.#captureEnd(capture)
        continue
      }
      size = to - at
      this.#capture(capture, at, to)
      at = to
      rounds++
    }
    if (size > 0) this.#pushUniform(at - size, rounds - 1, size, limit, start, end, ~pc)
    return at
  }

  #remember(memory: number, at: number): void {
    this.#steps -= MEMORY_STEPS
    this.#memories[memory]?.add(at)
  }

  #takeBackUniformRound(pc: number): number {
    const capture = operand(this.#program.code, pc, 4)
    const end = this.#pop()
    const start = this.#pop()
    const limit = this.#pop()
    const size = this.#pop()
    const rounds = this.#pop()
    const at = this.#pop()
    if (rounds > limit) {
      this.#capture(capture, at - size, at)
      this.#pushUniform(at - size, rounds - 1, size, limit, start, end, ~pc)
    } else {
      this.#capture(capture, start, end)
    }
    return at
  }

  /**
   * When all has matched, Java gives the group of each such repetition the round it ended with, the innermost first, so that of a group
   * inside an outer loop the capture of the first time round is what remains.
   */
  #settleCaptures(base: number): void {
    const { code } = this.#program
    const stack = this.#stack
    for (let height = this.#height; height > base; ) {
      const top = stack[height - 1] as number
      if (top >= 0) {
        height -= 2
        continue
      }
      const op = code[~top] as number
      if (op === Op.uniform) {
        const at = stack[height - 7] as number
        this.#capture(operand(code, ~top, 4), at, at + (stack[height - 5] as number))
      }
      height -= 1 + (FRAME[op] as number)
    }
  }

  /** Whether the body matches from somewhere before to here: tried from the nearest place to the farthest. */
  #looksBehind(pc: number, to: number): boolean {
    const { code } = this.#program
    const body = operand(code, pc, 1)
    let min = operand(code, pc, 3)
    let max = operand(code, pc, 4)
    const byPoint = operand(code, pc, 5) === 1
    if (byPoint) {
      min = unitsBefore(this.#text, to, min)
      max = unitsBefore(this.#text, to, max)
      this.spend(min + max)
    }
    const outer = this.#lookbehindTo
    this.#lookbehindTo = to
    const farthest = Math.max((to - max) | 0, 0)
    let found = false
    for (let at = to - min; !found && at >= farthest; ) {
      found = this.#body(body, at) >= 0
      at -= byPoint && at > farthest ? unitsBefore(this.#text, at, 1) : 1
    }
    this.#lookbehindTo = outer
    return found
  }

  #matchPoints(pc: number, from: number): number {
    const { code, points, folds } = this.#program
    const text = this.#text
    const fold = folds[operand(code, pc, 2)] as (point: number) => number
    let at = from
    for (const wanted of points[operand(code, pc, 1)] as readonly number[]) {
      if (at >= text.length) return -1
      const point = pointAt(text, at)
      if (point !== wanted && fold(point) !== wanted) return -1
      this.#steps--
      at += point > 0xffff ? 2 : 1
    }
    return at
  }

  #matchCapture(capture: number, at: number): number {
    const start = capture > this.#program.captureCount ? -1 : this.#captureStart(capture)
    if (start < 0) return -1
    const size = this.#captureEnd(capture) - start
    this.#steps -= size >> 4
    return this.#text.startsWith(this.#text.slice(start, start + size), at) ? at + size : -1
  }

  #matchFoldedCapture(capture: number, foldNumber: number, at: number): number {
    const start = capture > this.#program.captureCount ? -1 : this.#captureStart(capture)
    if (start < 0) return -1
    const text = this.#text
    const fold = this.#program.folds[foldNumber] as (point: number) => number
    const size = this.#captureEnd(capture) - start
    if (at + size > text.length) return -1
    let [mine, its] = [at, start]
    for (let left = size; left > 0; left--) {
      const point = pointAt(text, mine)
      const wanted = pointAt(text, its)
      if (point !== wanted && fold(point) !== fold(wanted)) return -1
      mine += point > 0xffff ? 2 : 1
      its += wanted > 0xffff ? 2 : 1
      if (point > 0xffff) left--
    }
    this.#steps -= size
    return at + size
  }

  #afterGrapheme(at: number): number {
    const text = this.#text
    if (isSurrogate(pointAt(text, at))) return at + 1
    for (let size = 32; ; size *= 4) {
      const piece = text.slice(at, at + size)
      const [first] = graphemes().segment(piece)
      const end = first?.segment.length ?? 0
      this.spend(end)
      if (end < piece.length || at + end >= text.length) return at + end
    }
  }

  #holds(assertion: number, at: number): boolean {
    const text = this.#text
    const end = text.length
    switch (ASSERTIONS[assertion]) {
      case 'begin':
        return at === 0
      case 'end':
        return at === end
      case 'endOrFinalTerminator':
        if (at < end - 2 || (at === end - 2 && !text.endsWith('\r\n'))) return false
        return this.#atLineEnd(at)
      case 'lineEnd':
        return this.#atLineEnd(at)
      case 'endOrFinalNewline':
        return at === end || (at === end - 1 && text.charCodeAt(at) === 0x0a)
      case 'lineEndUnix':
        return at === end || text.charCodeAt(at) === 0x0a
      case 'lineBegin': {
        // Not at the end of the text, even if that is behind a line terminator.
        if (at === end || at === 0) return at !== end
        const unit = text.charCodeAt(at - 1)
        return isLineTerminator(unit) && !(unit === 0x0d && text.charCodeAt(at) === 0x0a)
      }
      case 'lineBeginUnix':
        return at !== end && (at === 0 || text.charCodeAt(at - 1) === 0x0a)
      case 'endOfLastMatch':
        return at === this.#lastMatchEnd
      case 'wordBoundary':
        return this.#isWordBoundary(at, isAsciiWord)
      case 'noWordBoundary':
        return !this.#isWordBoundary(at, isAsciiWord)
      case 'unicodeWordBoundary':
        return this.#isWordBoundary(at, isUnicodeWord)
      case 'noUnicodeWordBoundary':
        return !this.#isWordBoundary(at, isUnicodeWord)
      default:
        return at === 0 || at === end || (!isPair(text, at - 1) && this.#afterGrapheme(this.#last) <= at)
    }
  }

  #atLineEnd(at: number): boolean {
    const text = this.#text
    if (at === text.length) return true
    const unit = text.charCodeAt(at)
    return isLineTerminator(unit) && !(unit === 0x0a && at > 0 && text.charCodeAt(at - 1) === 0x0d)
  }

  #isWordBoundary(at: number, isWord: (point: number) => boolean): boolean {
    const text = this.#text
    const left = at > 0 && this.#isWordAt(pointBefore(text, at), at - 1, isWord)
    const right = at < text.length && this.#isWordAt(pointAt(text, at), at, isWord)
    return left !== right
  }

  /** A mark belongs to the word if what it marks is a letter or a digit. */
  #isWordAt(point: number, at: number, isWord: (point: number) => boolean): boolean {
    if (isWord(point)) return true
    if (point < 0x300 || !isNonSpacingMark(point)) return false
    for (let base = at; base >= 0; base--) {
      this.spend(1)
      const character = pointAt(this.#text, base)
      if (isLetterOrDigit(character)) return true
      if (!isNonSpacingMark(character)) return false
    }
    return false
  }

  // The stack of open choices.

  #local(local: number): number {
    return this.#locals[local] as number
  }

  #captureStart(capture: number): number {
    return this.captures[2 * capture] as number
  }

  #captureEnd(capture: number): number {
    return this.captures[2 * capture + 1] as number
  }

  /** Number 0 is the whole match, and of no account until that is over. */
  #capture(capture: number, start: number, end: number): void {
    this.captures[2 * capture] = start
    this.captures[2 * capture + 1] = end
  }

  #pop(): number {
    return this.#stack[--this.#height] as number
  }

  #room(): Int32Array {
    const stack = this.#stack
    if (this.#height + 8 <= stack.length) return stack
    if (stack.length >= MAX_STACK) throw new RegexBudgetExceeded('memory')
    const larger = new Int32Array(2 * stack.length)
    larger.set(stack)
    this.#stack = larger
    return larger
  }

  #push1(a: number, place: number): void {
    const stack = this.#room()
    stack[this.#height] = a
    stack[this.#height + 1] = place
    this.#height += 2
  }

  #push2(a: number, b: number, place: number): void {
    const stack = this.#room()
    stack[this.#height] = a
    stack[this.#height + 1] = b
    stack[this.#height + 2] = place
    this.#height += 3
  }

  #push4(a: number, b: number, c: number, d: number, place: number): void {
    const stack = this.#room()
    stack[this.#height] = a
    stack[this.#height + 1] = b
    stack[this.#height + 2] = c
    stack[this.#height + 3] = d
    stack[this.#height + 4] = place
    this.#height += 5
  }

  #pushUniform(at: number, rounds: number, size: number, limit: number, start: number, end: number, place: number): void {
    this.#push4(at, rounds, size, limit, 0)
    this.#height--
    this.#push2(start, end, place)
  }
}

/** Where the instructions stand which only frames name: before the place behind a loop, and behind `uniform`. */
const LOOP_UNDO = 2
const UNIFORM_RESUME = 7
const UNIFORM_UNDO = 8

function operand(code: Int32Array, pc: number, index: number): number {
  return code[pc + index] as number
}

function setOf(sets: readonly CharacterSet[], code: Int32Array, pc: number): CharacterSet {
  return sets[code[pc + 1] as number] as CharacterSet
}

/** The code point at a place; a surrogate without its other half is one. */
function pointAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if ((unit & 0xfc00) !== 0xd800 || at + 1 >= text.length) return unit
  const next = text.charCodeAt(at + 1)
  return (next & 0xfc00) === 0xdc00 ? 0x1_0000 + ((unit & 0x3ff) << 10) + (next & 0x3ff) : unit
}

function isPair(text: string, at: number): boolean {
  return at >= 0 && (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00
}

/** The place of the code point before a place, but not before `least`. */
function before(text: string, at: number, least: number): number {
  return at - 2 >= least && isPair(text, at - 2) ? at - 2 : at - 1
}

function pointBefore(text: string, at: number): number {
  return isPair(text, at - 2) ? pointAt(text, at - 2) : text.charCodeAt(at - 1)
}

/** How many units the `points` code points before a place take; of a negative number, those behind it. The least of 32 bits has no opposite. */
function unitsBefore(text: string, from: number, points: number): number {
  const behind = -points | 0
  let at = from
  if (behind > 0) for (let count = 0; at < text.length && count < behind; count++) at += isPair(text, at) ? 2 : 1
  else for (let count = 0; at > 0 && count < (-behind | 0); count++) at = before(text, at, 0)
  return Math.abs(from - at)
}

let segmenter: Intl.Segmenter | undefined

function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' })
  return segmenter
}
