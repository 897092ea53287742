import { useEffect, useState } from 'preact/hooks'
import { stylesheet } from '../shell/stylesheet.ts'

/** Loads the style sheet of the views which have editors. @returns whether it is in effect */
export function useEditorStyles(): boolean {
  const [isThere, setThere] = useState(false)
  useEffect(() => void stylesheet('editors.css').then(() => setThere(true)), [])
  return isThere
}
