import { Code } from 'aws-cdk-lib/aws-lambda'
import { bundleFunction } from './bundle.ts'

let directory: string | undefined

/** The code of the functions: `handler` in `index`, and in `updater`. All connectors of an app share it. */
export function functionCode(): Code {
  directory ??= bundleFunction().directory
  return Code.fromAsset(directory)
}
