import { setTimeout as pause } from 'node:timers/promises'
import { type Answer, type Fault, passOn } from './fault-proxy.ts'

/** The connection is reset as soon as the request's head is there. */
export const resetBefore: Fault = (exchange) => exchange.reset()

/** Camunda has executed the request, and its answer never comes through whole. */
export const resetAfter: Fault = async (exchange) => {
  await exchange.forward()
  exchange.reset()
}

/** Camunda has executed the request, and the client waits in vain. */
export const responseLost: Fault = async (exchange) => {
  await exchange.forward()
}

/** The request waits on its way, and reaches Camunda whether its client still waits or not. */
export function late(milliseconds: number): Fault {
  return async (exchange) => {
    await pause(milliseconds)
    await passOn(exchange)
  }
}

/** Refused; Camunda does not see it. */
export function refused(answer: Answer): Fault {
  return (exchange) => exchange.answer(answer)
}

/** Camunda has executed the request, and the client is told something else. */
export function answeredInstead(answer: (real: Answer) => Answer): Fault {
  return async (exchange) => exchange.answer(answer(await exchange.forward()))
}

/** Camunda has executed the request, and then, before it is answered, something happens. */
export function executedAndThen(event: () => void): Fault {
  return async (exchange) => {
    const real = await exchange.forward()
    event()
    exchange.answer(real)
  }
}

/** An error as Camunda tells it (RFC 9457). */
export function problemAnswer(status: number, title: string, detail: string): Answer {
  return { status, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title, status, detail }) }
}
