/**
 * The same JSON in a text which reaches AWS as it is written. CloudFormation gives back `?` for what is not ASCII, and takes `{{resolve:…}}` for
 * a reference; SSM refuses a parameter whose value holds `{{…}}`. Outside a string, compact JSON has neither.
 */
export function toTemplateText(json: string): string {
  return json.replace(/[^\x20-\x7e]|(?<=\{)\{/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
