import { type CharacterSet, FOLDS, type Fold, isSurrogate, single } from './classes.ts'
import type { LookbehindReach, RegexGroup, RegexLoop, RegexNode, RegexTree } from './syntax.ts'
import { ASSERTIONS, isRun } from './syntax.ts'

/**
 * The instructions of a compiled pattern, with their operands. A *body* is what is matched once and for good: the number of a set if it is
 * not negative, else the complement of the place of a program of its own, which ends with `accept`.
 */
export const Op = {
  /** unit: one UTF-16 unit. */
  unit: 0,
  /** set: one character of a set in plane 0. */
  set: 1,
  /** set: one code point of a set. */
  pointSet: 2,
  /** set, min: as many characters of a set in plane 0 as there are, at least `min`. */
  run: 3,
  /** set, min: the same of code points. */
  pointRun: 4,
  /** text: UTF-16 units. */
  text: 5,
  /** other: goes on behind this instruction, and at `other` if that fails. */
  fork: 6,
  /** target */
  jump: 7,
  accept: 8,
  /** local: a group begins; where, matters to its end. */
  groupBegin: 9,
  /** local: the same where it may begin again before it has ended, in a loop. */
  groupBeginInLoop: 10,
  /** local, capture */
  groupEnd: 11,
  /** count, begin, min, max, memory, body, next: enters a loop. */
  loopEnter: 12,
  /** the same: a round of the loop is over. */
  loop: 13,
  lazyLoopEnter: 14,
  lazyLoop: 15,
  /** count: never executed, it puts back how often a loop went round. */
  loopUndo: 16,
  /** body, min, max */
  repetition: 17,
  lazyRepetition: 18,
  possessiveRepetition: 19,
  /** body */
  option: 20,
  lazyOption: 21,
  possessiveOption: 22,
  atomic: 23,
  /** body, min, max, capture or 0 */
  uniform: 24,
  /** Never executed: a round of other length inside `uniform` failed. */
  uniformResume: 25,
  lazyUniform: 26,
  /** Never executed: puts back what the group had captured before. */
  uniformUndo: 27,
  /** body, negated */
  lookahead: 28,
  /** body, negated, min, max, whether these are code points */
  lookbehind: 29,
  /** Accepts where the lookbehind stands. */
  lookbehindEnd: 30,
  /** points, fold: code points, by their case or not. */
  points: 31,
  /** capture */
  backReference: 32,
  /** capture, fold */
  foldedBackReference: 33,
  lineBreak: 34,
  grapheme: 35,
  /** assertion */
  assertion: 36,
} as const

const FOLD_NUMBERS: readonly Fold[] = ['none', 'ascii', 'unicode']

/** A compiled pattern. */
export type RegexProgram = {
  readonly code: Int32Array
  readonly sets: readonly CharacterSet[]
  readonly texts: readonly string[]
  /** Texts with surrogates or regardless of case, as folded code points. */
  readonly points: readonly (readonly number[])[]
  readonly folds: readonly ((point: number) => number)[]
  readonly localCount: number
  readonly captureCount: number
  readonly memoryCount: number
  readonly captureNames: ReadonlyMap<string, number>
  /** Whether captures of a `uniform` repetition are settled only when all has matched. */
  readonly settlesCaptures: boolean
  /** Whether it can match at the place where a search begins only. */
  readonly anchored: boolean
  readonly searchesByPoint: boolean
  /** What a match begins with, if that is known. */
  readonly prefix: string | CharacterSet | undefined
}

export function compileTree(tree: RegexTree): RegexProgram {
  return new ProgramWriter(tree).write()
}

class ProgramWriter {
  readonly #tree: RegexTree
  readonly #code: number[] = []
  readonly #sets: CharacterSet[] = []
  readonly #texts: string[] = []
  readonly #points: number[][] = []
  /** Bodies which are still to be written, and the operands which wait for their place. */
  readonly #bodies: { readonly operand: number; readonly node: RegexNode; readonly end: number }[] = []
  #localCount = 0
  #memoryCount = 0
  #settlesCaptures = false

  constructor(tree: RegexTree) {
    this.#tree = tree
  }

  write(): RegexProgram {
    const { alternatives, captureCount, captureNames, searchesByPoint } = this.#tree
    this.#alternatives(alternatives, false)
    this.#emit(Op.accept)
    for (let body = this.#bodies.pop(); body; body = this.#bodies.pop()) {
      this.#code[body.operand] = ~this.#code.length
      this.#node(body.node, false)
      this.#emit(body.end)
    }
    const [first = [], second] = alternatives
    const [begin] = first
    return {
      code: Int32Array.from(this.#code),
      sets: this.#sets,
      texts: this.#texts,
      points: this.#points,
      folds: FOLD_NUMBERS.map((fold) => FOLDS[fold]),
      localCount: this.#localCount,
      captureCount,
      memoryCount: this.#memoryCount,
      captureNames,
      settlesCaptures: this.#settlesCaptures,
      anchored: !second && begin?.kind === 'assertion' && begin.assertion === 'begin',
      searchesByPoint,
      prefix: second ? undefined : prefixOf(first),
    }
  }

  /** Writes an instruction; gives its place. */
  #emit(...instruction: number[]): number {
    const at = this.#code.length
    this.#code.push(...instruction)
    return at
  }

  #set(set: CharacterSet): number {
    return this.#sets.push(set) - 1
  }

  /** The operand which stands for a body, `before` places behind the instruction that is written next. */
  #body(node: RegexNode, before = 1, end: number = Op.accept): number {
    if (node.kind === 'set') return this.#set(node.set)
    this.#bodies.push({ operand: this.#code.length + before, node, end })
    return -1
  }

  #alternatives(alternatives: readonly RegexNode[][], inLoop: boolean): void {
    const jumps: number[] = []
    for (const [index, nodes] of alternatives.entries()) {
      const isLast = index === alternatives.length - 1
      const fork = isLast ? 0 : this.#emit(Op.fork, 0)
      for (const node of nodes) this.#node(node, inLoop)
      if (isLast) break
      jumps.push(this.#emit(Op.jump, 0))
      this.#code[fork + 1] = this.#code.length
    }
    for (const jump of jumps) this.#code[jump + 1] = this.#code.length
  }

  #node(node: RegexNode, inLoop: boolean): void {
    switch (node.kind) {
      case 'set':
        if (node.point !== undefined) this.#emit(Op.unit, node.point)
        else this.#emit(node.set.inPlane0 ? Op.set : Op.pointSet, this.#set(node.set))
        return
      case 'text':
        if (isUnits(node)) this.#emit(Op.text, this.#texts.push(unitsOf(node.points)) - 1)
        else this.#emit(Op.points, this.#points.push(node.points.map(FOLDS[node.fold])) - 1, FOLD_NUMBERS.indexOf(node.fold))
        return
      case 'assertion':
        this.#emit(Op.assertion, ASSERTIONS.indexOf(node.assertion))
        return
      case 'lineBreak':
        this.#emit(Op.lineBreak)
        return
      case 'grapheme':
        this.#emit(Op.grapheme)
        return
      case 'backReference':
        if (node.fold === 'none') this.#emit(Op.backReference, node.capture)
        else this.#emit(Op.foldedBackReference, node.capture, FOLD_NUMBERS.indexOf(node.fold))
        return
      case 'group':
        this.#group(node, inLoop)
        return
      case 'lookahead':
        this.#emit(Op.lookahead, this.#body(node.body), Number(node.negated))
        return
      case 'lookbehind':
        this.#lookbehind(node.body, node.negated, node.reach)
        return
      case 'atomic':
        this.#emit(Op.atomic, this.#body(node.body))
        return
      case 'groupOption':
        this.#groupOption(node.body, node.mode, inLoop)
        return
      case 'option':
        this.#emit(OPTIONS[node.mode], this.#body(node.body))
        return
      case 'repetition':
        if (node.body.kind === 'set' && isRun(node)) {
          this.#emit(node.body.set.inPlane0 ? Op.run : Op.pointRun, this.#set(node.body.set), node.min)
        } else {
          this.#emit(REPETITIONS[node.mode], this.#body(node.body), node.min, node.max)
        }
        return
      case 'uniformRepetition': {
        const { body, mode, min, max } = node
        const inside: RegexGroup = { ...body, capture: undefined }
        if (mode === 'greedy' && body.capture !== undefined) this.#settlesCaptures = true
        this.#emit(mode === 'greedy' ? Op.uniform : Op.lazyUniform, this.#body(inside), min, max, body.capture ?? 0)
        this.#emit(Op.jump, this.#code.length + 4)
        this.#emit(Op.uniformResume)
        this.#emit(Op.uniformUndo)
        return
      }
      case 'loop':
        this.#loop(node)
    }
  }

  #group({ capture, alternatives }: RegexGroup, inLoop: boolean): void {
    if (capture === undefined) {
      this.#alternatives(alternatives, inLoop)
      return
    }
    const local = this.#localCount++
    this.#emit(inLoop ? Op.groupBeginInLoop : Op.groupBegin, local)
    this.#alternatives(alternatives, inLoop)
    this.#emit(Op.groupEnd, local, capture)
  }

  #lookbehind(body: RegexGroup, negated: boolean, { min, max, byPoint }: LookbehindReach): void {
    this.#emit(Op.lookbehind, this.#body(body, 1, Op.lookbehindEnd), Number(negated), min, max, Number(byPoint))
  }

  #groupOption(body: RegexGroup, mode: 'greedy' | 'lazy', inLoop: boolean): void {
    const fork = this.#emit(Op.fork, 0)
    if (mode === 'greedy') {
      this.#group(body, inLoop)
      this.#code[fork + 1] = this.#code.length
    } else {
      const jump = this.#emit(Op.jump, 0)
      this.#code[fork + 1] = this.#code.length
      this.#group(body, inLoop)
      this.#code[jump + 1] = this.#code.length
    }
  }

  #loop(node: RegexLoop): void {
    const { body, mode, min, max } = node
    const [count, begin] = [this.#localCount++, this.#localCount++]
    const memory = this.#tree.failOnceLoops.has(node) ? this.#memoryCount++ : -1
    const enter = this.#emit(mode === 'greedy' ? Op.loopEnter : Op.lazyLoopEnter, count, begin, min, max, memory, 0, 0)
    const start = this.#emit(Op.groupBeginInLoop, begin)
    this.#alternatives(body.alternatives, true)
    if (body.capture !== undefined) this.#emit(Op.groupEnd, begin, body.capture)
    const loop = this.#emit(mode === 'greedy' ? Op.loop : Op.lazyLoop, count, begin, min, max, memory, start, 0)
    this.#emit(Op.loopUndo, count)
    const next = this.#code.length
    for (const at of [enter, loop]) {
      this.#code[at + 6] = start
      this.#code[at + 7] = next
    }
  }
}

const OPTIONS = { greedy: Op.option, lazy: Op.lazyOption, possessive: Op.possessiveOption } as const
const REPETITIONS = { greedy: Op.repetition, lazy: Op.lazyRepetition, possessive: Op.possessiveRepetition } as const

/** The longest text to look for: a longer one could cost more than it saves. */
const MAX_PREFIX = 16

/** What a match of these nodes begins with: a text to look for, or a set of characters. */
function prefixOf(nodes: readonly RegexNode[]): string | CharacterSet | undefined {
  const node = nodes.find(({ kind }) => kind !== 'assertion')
  switch (node?.kind) {
    case 'set':
      return node.point === undefined ? node.set : String.fromCharCode(node.point)
    case 'text': {
      const [first] = node.points
      if (first === undefined) return undefined
      return isUnits(node) ? unitsOf(node.points.slice(0, MAX_PREFIX)) : single(first, node.fold)
    }
    case 'repetition':
      return node.min > 0 ? prefixOf([node.body]) : undefined
    case 'group':
      return node.alternatives.length === 1 ? prefixOf(node.alternatives[0] ?? []) : undefined
    case 'atomic':
      return prefixOf([node.body])
    default:
      return undefined
  }
}

type RegexText = Extract<RegexNode, { kind: 'text' }>

/** Whether a text can be compared by its UTF-16 units. */
function isUnits({ points, fold }: RegexText): boolean {
  return fold === 'none' && !points.some((point) => isSurrogate(point) || point > 0xffff)
}

function unitsOf(points: readonly number[]): string {
  return points.map((point) => String.fromCharCode(point)).join('')
}
