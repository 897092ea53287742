import { exactTypeOf, order } from './comparison.ts'
import { isPoint } from './compile-tests.ts'
import { EvaluationFault } from './evaluation.ts'
import { anything, type FunctionTable, overload, range } from './overload.ts'
import { equalTemporals, isTemporal } from './temporal.ts'
import type { FeelFunction, FeelRange, FeelValue } from './values.ts'

/** How a relation is decided for what its two sides may be; a mix which it does not know fails. */
interface Relation {
  readonly ranges?: (x: FeelRange, y: FeelRange) => boolean
  readonly pointAndRange?: (point: FeelValue, range: FeelRange) => boolean
  readonly rangeAndPoint?: (range: FeelRange, point: FeelValue) => boolean
  readonly points?: (x: FeelValue, y: FeelValue) => boolean
}

const POINTS = 'point1, point2'
const POINT_AND_RANGE = 'point, range'
const RANGE_AND_POINT = 'range, point'
const RANGES = 'range1, range2'

const BEFORE: Relation = {
  ranges: (x, y) => isBefore(x.end, y.start) || (isEqual(x.end, y.start) && !(x.endIncluded && y.startIncluded)),
  pointAndRange: (point, { start, startIncluded }) => isBefore(point, start) || (isEqual(point, start) && !startIncluded),
  rangeAndPoint: ({ end, endIncluded }, point) => isBefore(end, point) || (isEqual(end, point) && !endIncluded),
  points: isBefore,
}
const FINISHES: Relation = { ranges: finishes, pointAndRange: (point, { end, endIncluded }) => endIncluded && isEqual(end, point) }
const INCLUDES: Relation = { ranges: includes, rangeAndPoint: holds }
const STARTS: Relation = { ranges: starts, pointAndRange: (point, { start, startIncluded }) => startIncluded && isEqual(start, point) }

export const RANGE_FUNCTIONS: FunctionTable = {
  before: relation([POINTS, POINT_AND_RANGE, RANGE_AND_POINT, RANGES], BEFORE),
  after: relation([POINTS, POINT_AND_RANGE, RANGE_AND_POINT, RANGES], converse(BEFORE)),
  meets: relation([RANGES], { ranges: meets }),
  'met by': relation([RANGES], converse({ ranges: meets })),
  overlaps: relation([RANGES], { ranges: (x, y) => reaches(x, y) && reaches(y, x) }),
  'overlaps before': relation([RANGES], { ranges: overlapsBefore }),
  'overlaps after': relation([RANGES], converse({ ranges: overlapsBefore })),
  finishes: relation([POINT_AND_RANGE, RANGES], FINISHES),
  'finished by': relation([POINT_AND_RANGE, RANGES], converse(FINISHES)),
  includes: relation([RANGE_AND_POINT, RANGES], INCLUDES),
  during: relation([POINT_AND_RANGE, RANGES], converse(INCLUDES)),
  starts: relation([POINT_AND_RANGE, RANGES], STARTS),
  'started by': relation([RANGE_AND_POINT, RANGES], converse(STARTS)),
  coincides: relation([POINTS, RANGES], {
    ranges: (x, y) =>
      isEqual(x.start, y.start) && x.startIncluded === y.startIncluded && isEqual(x.end, y.end) && x.endIncluded === y.endIncluded,
    points: isEqual,
    pointAndRange: () => false,
    rangeAndPoint: () => false,
  }),
}

/** The relation of y to x. */
function converse({ ranges, pointAndRange, rangeAndPoint, points }: Relation): Relation {
  return {
    ...(ranges && { ranges: (x, y) => ranges(y, x) }),
    ...(rangeAndPoint && { pointAndRange: (point, range) => rangeAndPoint(range, point) }),
    ...(pointAndRange && { rangeAndPoint: (range, point) => pointAndRange(point, range) }),
    ...(points && { points: (x, y) => points(y, x) }),
  }
}

function relation(parameters: readonly string[], decide: Relation): FeelFunction[] {
  return parameters.map((names) =>
    overload(names, [anything, anything], (x, y) => (areOfOneKind(x, y) ? related(x, y, decide) : undefined)),
  )
}

/** @throws EvaluationFault where the engine knows no case for the two */
function related(x: FeelValue, y: FeelValue, { ranges, pointAndRange, rangeAndPoint, points }: Relation): boolean {
  if (range(x) && range(y)) {
    if (ranges) return ranges(x, y)
  } else if (range(x)) {
    if (rangeAndPoint) return rangeAndPoint(x, y)
  } else if (range(y)) {
    if (pointAndRange) return pointAndRange(x, y)
  } else if (points) return points(x, y)
  throw new EvaluationFault('a range function is called with a mix of points and ranges which it does not know')
}

function areOfOneKind(x: FeelValue, y: FeelValue): boolean {
  const a = range(x) ? x.start : x
  const b = range(y) ? y.start : y
  return isPoint(a) && isPoint(b) && exactTypeOf(a) === exactTypeOf(b)
}

function isBefore(x: FeelValue, y: FeelValue): boolean {
  return (order(x, y) ?? 0) < 0
}

/** The same value, which of temporal values is more than to be neither before nor after. */
function isEqual(x: FeelValue, y: FeelValue): boolean {
  return isTemporal(x) && isTemporal(y) ? equalTemporals(x, y) === true : order(x, y) === 0
}

function meets(x: FeelRange, y: FeelRange): boolean {
  return x.endIncluded && y.startIncluded && isEqual(x.end, y.start)
}

/** Whether x ends behind the start of y, or on it. */
function reaches(x: FeelRange, y: FeelRange): boolean {
  return isBefore(y.start, x.end) || meets(x, y)
}

function overlapsBefore(x: FeelRange, y: FeelRange): boolean {
  return (
    (isBefore(x.start, y.start) || (isEqual(x.start, y.start) && x.startIncluded && !y.startIncluded)) &&
    reaches(x, y) &&
    (isBefore(x.end, y.end) || (isEqual(x.end, y.end) && (!x.endIncluded || y.endIncluded)))
  )
}

function finishes(x: FeelRange, y: FeelRange): boolean {
  return x.endIncluded === y.endIncluded && isEqual(x.end, y.end) && startsWithin(x, y)
}

function starts(x: FeelRange, y: FeelRange): boolean {
  return x.startIncluded === y.startIncluded && isEqual(x.start, y.start) && endsWithin(x, y)
}

function includes(x: FeelRange, y: FeelRange): boolean {
  return startsWithin(y, x) && endsWithin(y, x)
}

function startsWithin(x: FeelRange, y: FeelRange): boolean {
  return isBefore(y.start, x.start) || (isEqual(x.start, y.start) && (!x.startIncluded || y.startIncluded))
}

function endsWithin(x: FeelRange, y: FeelRange): boolean {
  return isBefore(x.end, y.end) || (isEqual(x.end, y.end) && (!x.endIncluded || y.endIncluded))
}

function holds(range: FeelRange, point: FeelValue): boolean {
  return (
    (isBefore(range.start, point) && isBefore(point, range.end)) ||
    (range.startIncluded && isEqual(range.start, point)) ||
    (range.endIncluded && isEqual(range.end, point))
  )
}
