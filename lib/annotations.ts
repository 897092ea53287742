import { Annotations, Stack, Token, TokenComparison } from 'aws-cdk-lib'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { ConnectorFinding } from './connector-findings.ts'

/** Findings as warnings of CDK: `cdk synth --strict` fails on them, and `acknowledgeWarning('camunda-sqs-bridge:messageTtl', why)` takes one back. */
export function annotate(scope: Construct, findings: readonly ConnectorFinding[]) {
  for (const { id, kind, message, follows } of findings) {
    const text = `${kind === 'warning' ? '' : `${kind}: `}${message}${follows === undefined ? '' : `: ${follows}`}`
    Annotations.of(scope).addWarningV2(`camunda-sqs-bridge:${id}`, text)
  }
}

/** Lambda polls a queue of another account, if that lets it in. */
export function accountFindings(scope: Construct, { env }: IQueue): ConnectorFinding[] {
  const { account } = Stack.of(scope)
  if (Token.compareStrings(env.account, account) !== TokenComparison.DIFFERENT) return []
  return [
    {
      id: 'queueOfAnotherAccount',
      kind: 'not checked',
      message: `the queue is in the account ${env.account}, and the function in ${account}`,
      follows: 'the queue’s policy has to let the function’s role receive, delete and change visibility (docs/SECURITY.md)',
    },
  ]
}
