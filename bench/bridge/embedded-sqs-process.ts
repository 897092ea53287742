import { startEmbeddedSqs } from '../../local/embedded-sqs.ts'

process.send?.((await startEmbeddedSqs()).endpoint)
