import { command, connectorArgument, ending, jsonOption, withPlace } from '../command.ts'

export const doctor = {
  command: withPlace(
    command(
      'doctor',
      'is everything there and as it should be',
      'Examines a deployed connector: its parameters, queues, event-source mapping, function, roles, alarms, and Camunda. It changes nothing.',
      'orders --profile production',
    )
      .addArgument(connectorArgument())
      .addOption(jsonOption()),
  ).action(ending(async (connector, options) => (await import('../actions/doctor.ts')).doctor(connector, options))),
  status: { 0: 'no error; there may be warnings', 1: 'an error' },
  json: '{ connector, errors, warnings, checks: [{ check, status: "ok" | "warn" | "error", message, fix? }] }',
}
