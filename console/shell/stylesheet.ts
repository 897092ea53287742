const loaded = new Map<string, Promise<void>>()

/** A style sheet that is not needed from the beginning; resolves when it is in effect. @param name of an entry in the bundle: `diagram.css` */
export function stylesheet(name: string): Promise<void> {
  const known = loaded.get(name)
  if (known) return known
  const loading = new Promise<void>((done, failed) => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = `/${name}`
    link.onload = () => done()
    link.onerror = () => failed(new Error(`${name} does not load.`))
    document.head.append(link)
  })
  loaded.set(name, loading)
  return loading
}
