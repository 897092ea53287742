import { render } from 'preact'
import { Client, tokenOfAddress } from './client.ts'
import { App } from './shell/app.tsx'
import { WithoutToken } from './shell/without-token.tsx'
import { take } from './store.ts'

const root = document.getElementById('app')
if (root) await start(root)

async function start(root: HTMLElement) {
  const token = tokenOfAddress()
  if (token === undefined) return render(<WithoutToken />, root)
  const api = new Client(token)
  try {
    const overview = await api.overview()
    api.subscribe(take)
    render(<App api={api} overview={overview} />, root)
  } catch (error) {
    render(<WithoutToken reason={(error as Error).message} />, root)
  }
}
