/**
 * FEEL as a library, `camunda-sqs-bridge/feel`: Camunda's FEEL, compiled once and evaluated on data. What it reads and gives is JSON as Camunda
 * reads it: whole numbers exact (a `bigint` beyond the safe integers), `1.0` apart from `1`. Values of `JSON.parse` are such values too.
 */

export { type JsonObject, type JsonValue, parseFirstJsonValue as parseJson, toJsonText, WholeDouble } from '../json/json.ts'
export {
  DEFAULT_STEPS,
  type EvaluationOptions,
  FeelExpression,
  type FeelNode,
  type FeelResult,
  type FeelWarning,
  OutOfTime,
  type ParsedFeel,
  parseFeel,
  type StaticWarning,
  type Surroundings,
  staticWarnings,
  type WarningType,
} from './feel.ts'
