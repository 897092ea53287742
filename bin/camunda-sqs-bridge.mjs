#!/usr/bin/env node
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import './require-node.mjs'

// What is compiled once need not be compiled at each call.
module.enableCompileCache?.()
/** Where the sources are, Node runs them as they are; in the package they are compiled. */
const source = new URL('./camunda-sqs-bridge.ts', import.meta.url)
await import(existsSync(source) ? source.href : new URL('../dist/bin/camunda-sqs-bridge.js', import.meta.url).href)
