import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

/** An answer of the server, asked for when the view opens. */
export interface Asked<Answer> {
  /** The last one; undefined while there is none. */
  readonly answer: Answer | undefined
  /** Why there is no newer one. */
  readonly failure: string | undefined
  readonly again: () => Promise<void>
}

/**
 * @param about what the question is about: of anything else the answer is of no use
 * @param revision where that changes, it is asked anew, and the old answer stays until then
 */
export function useAsked<Answer>(about: string, revision: number, ask: () => Promise<Answer>): Asked<Answer> {
  const [state, setState] = useState<{ readonly about: string; readonly answer?: Answer; readonly failure?: string }>({ about })
  const latest = useRef(0)
  const again = useCallback(async () => {
    latest.current += 1
    const turn = latest.current
    const next = await ask().then(
      (answer) => ({ about, answer }),
      (error: Error) => ({ about, failure: error.message }),
    )
    // Another question may have been asked meanwhile.
    if (turn === latest.current) setState((before) => ('failure' in next && before.about === about ? { ...before, ...next } : next))
  }, [about, revision])
  useEffect(() => void again(), [again])
  const { answer, failure } = state.about === about ? state : { answer: undefined, failure: undefined }
  return { answer, failure, again }
}
