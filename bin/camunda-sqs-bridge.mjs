#!/usr/bin/env node
import { existsSync } from 'node:fs'
import './require-node.mjs'

/** Where the sources are, Node runs them as they are; in the package they are compiled. */
const source = new URL('./camunda-sqs-bridge.ts', import.meta.url)
await import(existsSync(source) ? source.href : new URL('../dist/bin/camunda-sqs-bridge.js', import.meta.url).href)
