import { GetEventSourceMappingCommand, type LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda'
import { describe, expect, test } from 'vitest'
import { type MappingStep, WAITS } from '../../lambda/core/mapping-step.ts'
import { lambdaEventSourceMapping } from '../../lambda/lambda-event-source-mapping.ts'
import { updateMapping } from '../../lambda/mapping-update.ts'

const pattern = (type: string) => ({ messageAttributes: { type: { stringValue: [type] } } })
const connectorText = (type: string, eventSource: object = {}, consumeUnmatchedEvents = true) =>
  JSON.stringify({
    eventSource: { batchSize: 10, ...eventSource },
    elements: [
      {
        elementId: 'E',
        correlationPoint: { kind: 'createProcessInstance', bpmnProcessId: 'order' },
        activationCondition: `=messageAttributes.type.stringValue = "${type}"`,
        consumeUnmatchedEvents,
      },
    ],
  })

/** Lambda's API for one mapping, whose updates are done at the next look but one. */
class FakeLambda {
  mapping: Record<string, unknown> = {
    State: 'Enabled',
    BatchSize: 10,
    FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern('A')) }] },
    LastModified: new Date(0),
  }
  readonly updates: object[] = []
  refusal: Error | undefined
  refusals = Number.POSITIVE_INFINITY
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  async send(command: object) {
    if (command instanceof GetEventSourceMappingCommand) {
      const mapping = this.mapping
      if (mapping.State === 'Updating') this.mapping = { ...mapping, State: mapping.next, LastModified: new Date(this.#now()) }
      return mapping
    }
    if (!(command instanceof UpdateEventSourceMappingCommand)) throw new Error('unknown command')
    if (this.refusal && this.refusals-- > 0) throw this.refusal
    const { UUID, Enabled, ...settings } = command.input
    const { ScalingConfig, ProvisionedPollerConfig } = { ...this.mapping, ...settings } as typeof command.input
    if (ScalingConfig?.MaximumConcurrency && ProvisionedPollerConfig?.MinimumPollers) throw new Error('both modes at once')
    if (settings.ScalingConfig && settings.ProvisionedPollerConfig) throw new Error('undocumented: both modes in an update')
    this.updates.push({ ...settings, ...(Enabled === undefined ? {} : { Enabled }) })
    const next = Enabled === undefined ? this.mapping.State : Enabled ? 'Enabled' : 'Disabled'
    this.mapping = { ...this.mapping, ...settings, State: 'Updating', next, LastModified: new Date(this.#now()) }
    return this.mapping
  }
}

function world(connector: string) {
  let now = 1e12
  const parameters = new Map([
    ['connector', { text: connector, modified: now }],
    ['filter', { text: JSON.stringify([pattern('A')]), modified: 0 }],
  ])
  const lambda = new FakeLambda(() => now)
  const steps: string[] = []
  let writeFault: Error | undefined
  const run = (remaining = 240_000) => {
    const end = now + remaining
    return updateMapping({
      connectorParameter: 'connector',
      filterParameter: 'filter',
      parameters: {
        read: async (name) => parameters.get(name),
        write: async (name, text) => {
          if (writeFault) throw writeFault
          parameters.set(name, { text, modified: now })
        },
      },
      mapping: lambdaEventSourceMapping(lambda as unknown as LambdaClient, 'uuid'),
      waits: WAITS,
      now: () => now,
      pause: async (milliseconds) => {
        now += milliseconds
      },
      remainingTime: () => end - now,
      onStep: (step: MappingStep) => steps.push('why' in step ? `${step.kind} ${step.why}` : step.kind),
    })
  }
  return {
    lambda,
    parameters,
    steps,
    run,
    now: () => now,
    /** What SSM does with a write, first. */
    onWrite: (fault: Error) => {
      writeFault = fault
    },
    filter: () => parameters.get('filter')?.text,
    later: (seconds: number) => {
      now += seconds * 1_000
    },
  }
}

const criteria = (...types: string[]) => ({ Filters: types.map((type) => ({ Pattern: JSON.stringify(pattern(type)) })) })

describe('an edit that needs another filter', () => {
  test('widens the mapping, then the filter parameter when that is in effect; and narrows the parameter, then the mapping', async () => {
    const it = world(connectorText('B'))
    await it.run()
    expect(it.lambda.updates).toEqual([{ FilterCriteria: criteria('A', 'B') }])
    expect(it.filter()).toBe(JSON.stringify([pattern('A'), pattern('B')]))
    expect(it.steps.filter((step) => !step.startsWith('wait'))).toEqual(['updateMapping widen', 'writeFilter widen'])
    expect(it.steps).toContain('wait updating')
    expect(it.steps).toContain('wait inEffect')

    it.later(WAITS.takenOver - 1)
    await it.run()
    expect(it.filter()).toBe(JSON.stringify([pattern('A'), pattern('B')]))
    it.later(1)
    await it.run()
    expect(it.filter()).toBe(JSON.stringify([pattern('B')]))
    expect(it.lambda.updates).toHaveLength(1)

    it.later(WAITS.forgotten - 1)
    await it.run()
    expect(it.lambda.updates).toHaveLength(1)
    it.later(1)
    await it.run()
    expect(it.lambda.updates.slice(1)).toEqual([{ FilterCriteria: criteria('B') }])
    await it.run()
    expect(it.steps.at(-1)).toBe('done')
  })

  test('has the filter taken away where unmatched events are not consumed any more', async () => {
    const it = world(connectorText('B', {}, false))
    await it.run()
    expect(it.lambda.updates).toEqual([{ FilterCriteria: {} }])
    expect(it.filter()).toBe('[]')
  })

  test('makes of a filter parameter that is missing one that is known: no filter', async () => {
    const it = world(connectorText('A'))
    it.parameters.delete('filter')
    await it.run()
    expect(it.lambda.updates).toEqual([{ FilterCriteria: {} }])
    expect(it.filter()).toBe('[]')
  })

  test('is left to the next run where the time of this one does not last', async () => {
    const it = world(connectorText('B'))
    await it.run(30_000)
    expect(it.filter()).toBe(JSON.stringify([pattern('A')]))
    await it.run()
    expect(it.filter()).toBe(JSON.stringify([pattern('A'), pattern('B')]))
  })
})

test.each<[string, object, object]>([
  ['batch size and window', { batchSize: 50, maximumBatchingWindow: 5 }, { BatchSize: 50, MaximumBatchingWindowInSeconds: 5 }],
  ['maximum concurrency', { maximumConcurrency: 7 }, { ScalingConfig: { MaximumConcurrency: 7 } }],
  [
    'pollers',
    { provisionedPollers: { minimum: 2, maximum: 3_000 } },
    { ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 3_000 } },
  ],
  ['whether it is enabled', { enabled: false }, { Enabled: false }],
])('an edit of %s changes that at once, and nothing else', async (_, eventSource, update) => {
  const it = world(connectorText('A', eventSource))
  await it.run()
  expect(it.lambda.updates).toEqual([update])
  expect(it.steps.at(-1)).toBe('done')
})

test('a maximum concurrency which the connector does not name any more is taken away', async () => {
  const it = world(connectorText('A'))
  it.lambda.mapping.ScalingConfig = { MaximumConcurrency: 7 }
  await it.run()
  expect(it.lambda.updates).toEqual([{ ScalingConfig: {} }])
})

describe('an exchange of maximum concurrency and provisioned pollers, which Lambda takes no update of, takes away first and then adds:', () => {
  const pollers = { MinimumPollers: 2, MaximumPollers: 5 }
  const provisionedPollers = { minimum: 2, maximum: 5 }

  test.each([
    [{ provisionedPollers }, { ScalingConfig: { MaximumConcurrency: 7 } }, [{ ScalingConfig: {} }, { ProvisionedPollerConfig: pollers }]],
    [
      { maximumConcurrency: 7 },
      { ProvisionedPollerConfig: pollers },
      [{ ProvisionedPollerConfig: {} }, { ScalingConfig: { MaximumConcurrency: 7 } }],
    ],
    [{}, { ProvisionedPollerConfig: pollers }, [{ ProvisionedPollerConfig: {} }]],
    [{ provisionedPollers }, { ProvisionedPollerConfig: { MinimumPollers: 2 } }, [{ ProvisionedPollerConfig: pollers }]],
    [{ provisionedPollers }, { ProvisionedPollerConfig: pollers }, []],
  ])('%j from %j', async (eventSource, present, updates) => {
    const it = world(connectorText('A', eventSource))
    Object.assign(it.lambda.mapping, present)
    await it.run()
    expect(it.lambda.updates).toEqual(updates)
    expect(it.steps.at(-1)).toBe('done')
    expect(it.lambda.mapping.State).toBe('Enabled')
  })

  test('and an edit which needs another filter too has it at once', async () => {
    const it = world(connectorText('B', { provisionedPollers }))
    it.lambda.mapping.ScalingConfig = { MaximumConcurrency: 7 }
    await it.run()
    expect(it.lambda.updates).toEqual([{ FilterCriteria: criteria('A', 'B'), ScalingConfig: {} }, { ProvisionedPollerConfig: pollers }])
  })
})

test('a connector that needs nothing else changes nothing', async () => {
  const it = world(connectorText('A'))
  await it.run()
  expect({ updates: it.lambda.updates, steps: it.steps }).toEqual({ updates: [], steps: ['done'] })
})

describe('nothing is changed', () => {
  test('by a faulty connector, whose faults are told', async () => {
    const it = world('{"elements": []}')
    await expect(it.run()).rejects.toThrow('elements: found []; expected at least one element')
    expect(it.lambda.updates).toEqual([])
  })

  test('where there is no connector', async () => {
    const it = world('')
    it.parameters.delete('connector')
    await expect(it.run()).rejects.toThrow('parameter connector does not exist')
  })

  test('where Lambda refuses', async () => {
    const it = world(connectorText('B'))
    it.lambda.refusal = new Error('Batch size is invalid')
    await expect(it.run()).rejects.toThrow('Batch size is invalid')
    expect(it.filter()).toBe(JSON.stringify([pattern('A')]))
  })

  test('while Lambda does not tell the filter criteria', async () => {
    const it = world(connectorText('A'))
    it.lambda.mapping.FilterCriteriaError = { ErrorCode: 'KMSAccessDenied', Message: 'no' }
    await expect(it.run()).rejects.toThrow('KMSAccessDenied')
  })
})

describe('a write which SSM or Lambda does not take', () => {
  const refused = Object.assign(new Error('no'), { $metadata: { httpStatusCode: 400 } })
  const unanswered = new Error('socket hang up')
  const faults = {
    Lambda: (it: ReturnType<typeof world>, fault: Error) => {
      it.lambda.refusal = fault
    },
    SSM: (it: ReturnType<typeof world>, fault: Error) => it.onWrite(fault),
  }

  test.each(['Lambda', 'SSM'] as const)(
    'ends the run at once, also where %s gave no answer: the next run looks at what is there',
    async (who) => {
      for (const fault of [refused, unanswered]) {
        const it = world(connectorText('B'))
        faults[who](it, fault)
        const began = it.now()
        await expect(it.run()).rejects.toThrow(fault)
        expect(it.now() - began).toBeLessThan(who === 'SSM' ? 70_000 : 1)
      }
    },
  )
})

test('what took long to read is read again before a step is decided on it', async () => {
  const it = world(connectorText('B'))
  const read = it.parameters.get.bind(it.parameters)
  let reads = 0
  it.parameters.get = (name) => {
    if (name === 'connector' && reads++ === 0) it.later(6)
    return read(name)
  }
  await it.run(1)
  expect({ reads, updates: it.lambda.updates }).toEqual({ reads: 1, updates: [] })
  await it.run()
  expect(it.lambda.updates).toEqual([{ FilterCriteria: criteria('A', 'B') }])
})

test('while Lambda is busy with another update of the mapping, the updater waits, which is no failure', async () => {
  const it = world(connectorText('B'))
  it.lambda.refusal = Object.assign(new Error('busy'), { name: 'ResourceInUseException', $metadata: { httpStatusCode: 400 } })
  it.lambda.refusals = 8
  await it.run()
  expect(it.filter()).toBe(JSON.stringify([pattern('A'), pattern('B')]))
})

test('a mapping that something else sets back is told, and not fought over for ever', async () => {
  const it = world(connectorText('A', { batchSize: 5 }))
  const { mapping } = it.lambda
  Object.defineProperty(it.lambda, 'mapping', { get: () => mapping, set: () => {} })
  await expect(it.run()).rejects.toThrow('does not keep the settings')
})
