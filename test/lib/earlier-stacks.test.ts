import { expect, test } from 'vitest'
/** Recorded from the commit c51a966, in which the stack held its parts itself: what is deployed in the accounts of its users. */
import earlierStacks from './earlier-stacks.json' with { type: 'json' }
import { templateOfConnector } from './stacks.ts'

type Resources = Record<string, { Type: string; Properties: Record<string, unknown>; Metadata?: object }>

const rows = Object.entries(earlierStacks).map(([name, earlier]) => ({ name, ...earlier }))

/** What every stack has more of since. */
const NEW = ['AWS::IAM::ManagedPolicy Editors', 'AWS::Lambda::EventInvokeConfig UpdaterEventInvokeConfig']
const NEW_QUEUE = ['AWS::SQS::Queue FailedEvents', 'AWS::SQS::QueuePolicy FailedEventsPolicy']
const NEW_OUTPUTS = ['EditorPolicyArn', 'FailedEventsQueueUrl']
/** What is gone unless the connector asks for full monitoring, and what is there in place of it (docs/UPGRADING.md). */
const GONE = ['Dashboard', 'CamundaRejectedAlarm', 'InvalidInputAlarm', 'UnexpectedAlarm', 'NotAttemptedAlarm', 'ConfigurationPendingAlarm']
const INSTEAD = ['AWS::CloudWatch::Alarm WithoutEffectAlarm', 'AWS::CloudWatch::Alarm HeldUpAlarm']

const idsOf = (resources: Resources) => Object.fromEntries(Object.entries(resources).map(([id, { Type }]) => [id, Type]))
const named = (types: Record<string, string>) => Object.entries(types).map(([id, type]) => `${type} ${id.replace(/[0-9A-F]{8}$/, '')}`)

test.each(rows)('without full monitoring, only the dashboard goes, and the alarms of reasons that share one now ($name)', (row) => {
  const { name, connector, types } = row as typeof row & { types: Record<string, string> }
  const now = idsOf(templateOfConnector(name, connector).toJSON().Resources as Resources)
  const goneIds = Object.keys(types).filter((id) => !(id in now))
  expect(
    goneIds.every((id) => GONE.some((gone) => id.includes(gone))),
    goneIds.join(),
  ).toBe(true)
  const added = Object.fromEntries(Object.entries(now).filter(([id]) => !(id in types)))
  expect(named(added).toSorted()).toEqual([...NEW, ...NEW_QUEUE, ...INSTEAD].toSorted())
})

test.each(rows)(
  'with full monitoring a stack of an earlier version keeps its resources, their names, and all that holds messages or configuration as it is ($name)',
  ({ name, connector, outputs, types, names, holding }) => {
    const template = templateOfConnector(name, { ...connector, monitoring: 'full' })
    const resources = template.toJSON().Resources as Resources
    expect(idsOf(resources), 'logical ids').toMatchObject(types)
    const added = Object.fromEntries(Object.entries(idsOf(resources)).filter(([id]) => !(id in types)))
    expect(named(added).toSorted()).toEqual([...NEW, ...NEW_QUEUE].toSorted())
    // Of the connector's parameter, which would hold what was added here.
    const asItIs = templateOfConnector(name, connector).toJSON().Resources as Resources
    for (const [id, earlier] of Object.entries(holding)) {
      const { Metadata: _, ...resource } = (resources[id]?.Type === 'AWS::SSM::Parameter' ? asItIs : resources)[id] ?? {}
      expect(resource, id).toEqual(earlier)
    }
    for (const [id, earlier] of Object.entries(names)) {
      // CloudFormation changes the name of a saved query in place, and nothing refers to it.
      if (resources[id]?.Type === 'AWS::Logs::QueryDefinition') continue
      expect(Object.values(resources[id]?.Properties ?? {}), id).toContainEqual(earlier)
    }
    expect(Object.keys(template.findOutputs('*')).sort(), 'outputs, by which the tools find it').toEqual(
      [...outputs, ...NEW_OUTPUTS].sort(),
    )
  },
)
