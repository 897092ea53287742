/** ES2026's JSON.rawJSON, which Node 22 and later have and TypeScript's library does not name yet. */
interface JSON {
  rawJSON(text: string): { readonly rawJSON: string }
}
