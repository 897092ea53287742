import type { PayloadRead, PayloadStore } from '../../lambda/payload-store.ts'

/** A bucket in memory: what is not in it does not exist. */
export class FakePayloads implements PayloadStore {
  readonly objects = new Map<string, string>()
  /** The keys asked for, in order. */
  readonly asked: string[] = []
  readonly limits: { readonly mostBytes: number; readonly milliseconds: number }[] = []
  mostUnderWay = 0
  /** Told at each read. */
  onRead: () => void = () => {}
  /** While it is set, S3 does not answer. */
  isDown = false
  #underWay = 0

  async read({ key }: Parameters<PayloadStore['read']>[0], limits: Parameters<PayloadStore['read']>[1]): Promise<PayloadRead> {
    this.asked.push(key)
    this.limits.push(limits)
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.#underWay)
    await new Promise((done) => setImmediate(done))
    this.#underWay--
    this.onRead()
    if (this.isDown) return { kind: 'NotAttempted', reason: 'S3 does not answer' }
    const text = this.objects.get(key)
    return text === undefined ? { kind: 'InvalidInput', reason: `${key} does not exist` } : { kind: 'Payload', text }
  }
}
