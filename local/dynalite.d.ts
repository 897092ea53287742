declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** @param options `createTableMs`: how long a table is being created */
  export default function dynalite(options?: { readonly createTableMs?: number }): Server
}
