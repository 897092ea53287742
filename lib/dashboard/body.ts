import type { DashboardBody } from './picture.ts'

/** A CloudFormation template, as far as it matters here. */
export interface DashboardTemplate {
  readonly Resources?: Readonly<Record<string, TemplateResource>>
}

interface TemplateResource {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
}

/**
 * The body of the stack's dashboard, with readable names for what CloudFormation will know; undefined where the stack has none.
 * @throws {Error} where it has several, or refers to something by a function that is not known here
 */
export function dashboardBodyOf(template: DashboardTemplate): DashboardBody | undefined {
  const dashboards = Object.entries(template.Resources ?? {}).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Dashboard')
  if (dashboards.length > 1) throw new Error(`The stack has several dashboards: ${dashboards.map(([id]) => id).join(', ')}.`)
  const body = dashboards[0]?.[1].Properties?.DashboardBody
  return body === undefined ? undefined : JSON.parse(resolved(body, template))
}

/** As it would be in some account. */
const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::StackName': 'camunda-sqs-bridge',
  'AWS::URLSuffix': 'amazonaws.com',
}

/** The text which CloudFormation would make of it. */
function resolved(value: unknown, template: DashboardTemplate): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  const [[name, argument] = ['nothing', undefined], ...others] = Object.entries((value ?? {}) as Record<string, unknown>)
  const list = (argument: unknown) => (Array.isArray(argument) ? argument : [argument])
  if (others.length === 0)
    switch (name) {
      case 'Ref':
        return PSEUDO_PARAMETERS[String(argument)] ?? nameOf(String(argument), template)
      case 'Fn::GetAtt': {
        const [id = '', attribute = ''] = typeof argument === 'string' ? argument.split('.', 2) : list(argument).map(String)
        return attributeOf(id, attribute, template)
      }
      case 'Fn::Join': {
        const [separator, parts] = list(argument)
        return list(parts)
          .map((part) => resolved(part, template))
          .join(String(separator))
      }
      case 'Fn::Select': {
        const [index, parts] = list(argument)
        return isSplit(parts) ? (split(parts, template)[Number(index)] ?? '') : resolved(list(parts)[Number(index)], template)
      }
    }
  throw new Error(`The dashboard's body has ${JSON.stringify(value)}, which cannot be resolved here.`)
}

type Split = { readonly 'Fn::Split': readonly [separator: string, text: unknown] }

function isSplit(value: unknown): value is Split {
  return typeof value === 'object' && value !== null && 'Fn::Split' in value
}

function split({ 'Fn::Split': [separator, text] }: Split, template: DashboardTemplate): string[] {
  return resolved(text, template).split(separator)
}

/** What the resource is called, or else the construct's id: `DeadLetterQueue0B9F9A4C` is “DeadLetterQueue”. */
function nameOf(id: string, { Resources = {} }: DashboardTemplate): string {
  const { Type = '', Properties = {} } = Resources[id] ?? {}
  const name = Properties[NAME_PROPERTIES[Type] ?? '']
  // The name may go into a JSON text.
  return JSON.stringify(typeof name === 'string' ? name : id.replace(/[0-9A-F]{8}$/, '')).slice(1, -1)
}

const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
}

/** An ARN ends with the name, as it does with the services of a connector; what else there is of a resource is its name. */
function attributeOf(id: string, attribute: string, template: DashboardTemplate): string {
  const name = nameOf(id, template)
  if (attribute !== 'Arn') return name
  const { Type = '' } = template.Resources?.[id] ?? {}
  const service = Type.split('::')[1]?.toLowerCase() ?? ''
  const { 'AWS::Region': region, 'AWS::AccountId': account } = PSEUDO_PARAMETERS
  return `arn:aws:${service}:${region}:${account}:${ARN_KINDS[Type] ?? ''}${name}`
}

const ARN_KINDS: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'alarm:',
  'AWS::CloudWatch::CompositeAlarm': 'alarm:',
  'AWS::Lambda::Function': 'function:',
  'AWS::Logs::LogGroup': 'log-group:',
}
