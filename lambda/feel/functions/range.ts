import type { Budget } from '../evaluation/budget.ts'
import { EvaluationFault } from '../evaluation/evaluation.ts'
import { equalTemporals, isTemporal } from '../temporal/temporal.ts'
import { order } from '../values/comparison.ts'
import { exactTypeOf, isPoint } from '../values/types.ts'
import type { FeelFunction, FeelRange, FeelValue } from '../values/values.ts'
import { anything, type FunctionTable, overload, range } from './overload.ts'

/** How a relation is decided for what its two sides may be; a mix which it does not know fails. */
interface Relation {
  readonly ranges?: (x: FeelRange, y: FeelRange, budget: Budget) => boolean
  readonly pointAndRange?: (point: FeelValue, range: FeelRange, budget: Budget) => boolean
  readonly rangeAndPoint?: (range: FeelRange, point: FeelValue, budget: Budget) => boolean
  readonly points?: (x: FeelValue, y: FeelValue, budget: Budget) => boolean
}

const POINTS = 'point1, point2'
const POINT_AND_RANGE = 'point, range'
const RANGE_AND_POINT = 'range, point'
const RANGES = 'range1, range2'

const BEFORE: Relation = {
  ranges: (x, y, budget) => isBefore(x.end, y.start, budget) || (isEqual(x.end, y.start, budget) && !(x.endIncluded && y.startIncluded)),
  pointAndRange: (point, { start, startIncluded }, budget) =>
    isBefore(point, start, budget) || (isEqual(point, start, budget) && !startIncluded),
  rangeAndPoint: ({ end, endIncluded }, point, budget) => isBefore(end, point, budget) || (isEqual(end, point, budget) && !endIncluded),
  points: isBefore,
}
const FINISHES: Relation = {
  ranges: finishes,
  pointAndRange: (point, { end, endIncluded }, budget) => endIncluded && isEqual(end, point, budget),
}
const INCLUDES: Relation = { ranges: includes, rangeAndPoint: holds }
const STARTS: Relation = {
  ranges: starts,
  pointAndRange: (point, { start, startIncluded }, budget) => startIncluded && isEqual(start, point, budget),
}

export const RANGE_FUNCTIONS: FunctionTable = {
  before: relation([POINTS, POINT_AND_RANGE, RANGE_AND_POINT, RANGES], BEFORE),
  after: relation([POINTS, POINT_AND_RANGE, RANGE_AND_POINT, RANGES], converse(BEFORE)),
  meets: relation([RANGES], { ranges: meets }),
  'met by': relation([RANGES], converse({ ranges: meets })),
  overlaps: relation([RANGES], { ranges: (x, y, budget) => reaches(x, y, budget) && reaches(y, x, budget) }),
  'overlaps before': relation([RANGES], { ranges: overlapsBefore }),
  'overlaps after': relation([RANGES], converse({ ranges: overlapsBefore })),
  finishes: relation([POINT_AND_RANGE, RANGES], FINISHES),
  'finished by': relation([POINT_AND_RANGE, RANGES], converse(FINISHES)),
  includes: relation([RANGE_AND_POINT, RANGES], INCLUDES),
  during: relation([POINT_AND_RANGE, RANGES], converse(INCLUDES)),
  starts: relation([POINT_AND_RANGE, RANGES], STARTS),
  'started by': relation([RANGE_AND_POINT, RANGES], converse(STARTS)),
  coincides: relation([POINTS, RANGES], {
    ranges: (x, y, budget) =>
      isEqual(x.start, y.start, budget) &&
      x.startIncluded === y.startIncluded &&
      isEqual(x.end, y.end, budget) &&
      x.endIncluded === y.endIncluded,
    points: isEqual,
    pointAndRange: () => false,
    rangeAndPoint: () => false,
  }),
}

/** The relation of y to x. */
function converse({ ranges, pointAndRange, rangeAndPoint, points }: Relation): Relation {
  return {
    ...(ranges && { ranges: (x, y, budget) => ranges(y, x, budget) }),
    ...(rangeAndPoint && { pointAndRange: (point, range, budget) => rangeAndPoint(range, point, budget) }),
    ...(pointAndRange && { rangeAndPoint: (range, point, budget) => pointAndRange(point, range, budget) }),
    ...(points && { points: (x, y, budget) => points(y, x, budget) }),
  }
}

function relation(parameters: readonly string[], decide: Relation): FeelFunction[] {
  return parameters.map((names) =>
    overload(names, [anything, anything], (x, y, { budget }) => (areOfOneKind(x, y) ? related(x, y, decide, budget) : undefined)),
  )
}

/** @throws EvaluationFault where the engine knows no case for the two */
function related(x: FeelValue, y: FeelValue, { ranges, pointAndRange, rangeAndPoint, points }: Relation, budget: Budget): boolean {
  if (range(x) && range(y)) {
    if (ranges) return ranges(x, y, budget)
  } else if (range(x)) {
    if (rangeAndPoint) return rangeAndPoint(x, y, budget)
  } else if (range(y)) {
    if (pointAndRange) return pointAndRange(x, y, budget)
  } else if (points) return points(x, y, budget)
  throw new EvaluationFault('a range function is called with a mix of points and ranges which it does not know')
}

function areOfOneKind(x: FeelValue, y: FeelValue): boolean {
  const a = range(x) ? x.start : x
  const b = range(y) ? y.start : y
  return isPoint(a) && isPoint(b) && exactTypeOf(a) === exactTypeOf(b)
}

function isBefore(x: FeelValue, y: FeelValue, budget: Budget): boolean {
  return (order(x, y, budget) ?? 0) < 0
}

/** The same value, which of temporal values is more than to be neither before nor after. */
function isEqual(x: FeelValue, y: FeelValue, budget: Budget): boolean {
  return isTemporal(x) && isTemporal(y) ? equalTemporals(x, y, budget) === true : order(x, y, budget) === 0
}

function meets(x: FeelRange, y: FeelRange, budget: Budget): boolean {
  return x.endIncluded && y.startIncluded && isEqual(x.end, y.start, budget)
}

/** Whether x ends behind the start of y, or on it. */
function reaches(x: FeelRange, y: FeelRange, budget: Budget): boolean {
  return isBefore(y.start, x.end, budget) || meets(x, y, budget)
}

function overlapsBefore(x: FeelRange, y: FeelRange, budget: Budget): boolean {
  return (
    (isBefore(x.start, y.start, budget) || (isEqual(x.start, y.start, budget) && x.startIncluded && !y.startIncluded)) &&
    reaches(x, y, budget) &&
    (isBefore(x.end, y.end, budget) || (isEqual(x.end, y.end, budget) && (!x.endIncluded || y.endIncluded)))
  )
}

function finishes(x: FeelRange, y: FeelRange, budget: Budget): boolean {
  return x.endIncluded === y.endIncluded && isEqual(x.end, y.end, budget) && startsWithin(x, y, budget)
}

function starts(x: FeelRange, y: FeelRange, budget: Budget): boolean {
  return x.startIncluded === y.startIncluded && isEqual(x.start, y.start, budget) && endsWithin(x, y, budget)
}

function includes(x: FeelRange, y: FeelRange, budget: Budget): boolean {
  return startsWithin(y, x, budget) && endsWithin(y, x, budget)
}

function startsWithin(x: FeelRange, y: FeelRange, budget: Budget): boolean {
  return isBefore(y.start, x.start, budget) || (isEqual(x.start, y.start, budget) && (!x.startIncluded || y.startIncluded))
}

function endsWithin(x: FeelRange, y: FeelRange, budget: Budget): boolean {
  return isBefore(x.end, y.end, budget) || (isEqual(x.end, y.end, budget) && (!x.endIncluded || y.endIncluded))
}

function holds(range: FeelRange, point: FeelValue, budget: Budget): boolean {
  return (
    (isBefore(range.start, point, budget) && isBefore(point, range.end, budget)) ||
    (range.startIncluded && isEqual(range.start, point, budget)) ||
    (range.endIncluded && isEqual(range.end, point, budget))
  )
}
