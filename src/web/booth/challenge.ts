/**
 * If too many wrong keys come from the voter's network, the device solves a challenge of the
 * server, and then the request is accepted. The page shows the progress; the voter need not do
 * anything.
 */
import { CHALLENGE_BITS } from '../../core/access/challenge.ts'
import { at } from '../shared/base.ts'
import type { FromWorker } from './challenge-worker.ts'
import { of } from './words.ts'

const TIMEOUT_MS = 20_000
/** Behind a proxy that changes its address the server may not know its own challenge. */
const AGAIN_S = 5
const LATER = { kind: 'later', code: 'challenge-needed', seconds: AGAIN_S } as const

const WORDS = {
  en:
    'Many wrong voter keys were sent from your network. So that you need not wait, your device ' +
    'is solving a small task now. It takes a few seconds, and you have nothing to do.',
  es:
    'Desde su red se enviaron muchas claves erróneas. Para que no tenga que esperar, su ' +
    'dispositivo resuelve ahora una pequeña tarea. Tarda unos segundos y usted no tiene que ' +
    'hacer nada.',
  ar:
    'أُرسلت من شبكتك مفاتيح ناخبين خاطئة كثيرة. كي لا تضطر إلى الانتظار، يحل جهازك الآن مهمة ' +
    'صغيرة. يستغرق ذلك بضع ثوانٍ، وليس عليك فعل شيء.',
}

/** @param send sends the request again, with an additional header */
export async function solved<Answer>(
  send: (header: object) => Promise<Answer>,
): Promise<Answer | typeof LATER> {
  const notice = noticed()
  try {
    const given = await fetch(at('/challenge'), {
      ...{ cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) },
    })
    const { challenge } = (await given.json()) as { readonly challenge: string }
    const number = await solve(challenge, notice.tried)
    return await send({ 'challenge-solution': `${challenge}.${number}` })
  } catch {
    return LATER
  } finally {
    notice.end()
  }
}

/** What the page shows meanwhile: a text that is read aloud once, and a progress bar. */
function noticed() {
  const said = document.createElement('div')
  said.className = 'note'
  said.setAttribute('role', 'status')
  const bar = document.createElement('progress')
  bar.setAttribute('aria-hidden', 'true')
  bar.value = 0
  const page = document.querySelector('main:not([hidden])') ?? document.body
  page.append(said)
  // Screen readers read a region when its text changes, not when it appears.
  const saying = setTimeout(() => said.append(of(WORDS), ' ', bar), 50)
  return {
    /** The probability that the solution is found by now: it approaches 1 and never reaches it. */
    tried: (tried: number) => {
      bar.value = 1 - Math.exp(-tried / 2 ** CHALLENGE_BITS)
    },
    end: () => {
      clearTimeout(saying)
      said.remove()
    },
  }
}

/** Solves it in a worker or, in a browser without workers, here, in turns with the page. */
function solve(challenge: string, onTried: (tried: number) => void): Promise<number> {
  return inWorker(challenge, onTried).catch(async () => {
    const { tries } = await import('./challenge-tries.ts')
    const trying = tries(challenge)
    for (;;) {
      const { done, value } = trying.next()
      if (done) return value
      onTried(value)
      await new Promise((resolve) => setTimeout(resolve))
    }
  })
}

function inWorker(challenge: string, onTried: (tried: number) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./challenge-worker.ts', import.meta.url), { type: 'module' })
    const end = () => worker.terminate()
    worker.addEventListener('error', (event) => {
      end()
      reject(event)
    })
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if ('tried' in data) return onTried(data.tried)
      end()
      resolve(data.found)
    })
    worker.postMessage(challenge)
  })
}
