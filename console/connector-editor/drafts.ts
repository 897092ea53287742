import { signal } from '@preact/signals'

/** Connectors which somebody is writing, by their names, as texts; they live as long as the page. */
const texts = signal<ReadonlyMap<string, string>>(new Map())

export function draftOf(name: string): string | undefined {
  return texts.value.get(name)
}

/** @param text undefined: there is none any more */
export function setDraft(name: string, text: string | undefined): void {
  const others = [...texts.value].filter(([other]) => other !== name)
  texts.value = new Map(text === undefined ? others : [...others, [name, text]])
}
