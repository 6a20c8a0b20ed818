/**
 * The booth of a staffed polling place: one device, many voters. After each voter, and when one has
 * walked away, the page is reloaded in the same place of the history, so that it forgets
 * everything.
 */
import { render } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Stage } from './booth-state.ts'
import { Changing } from './changing.tsx'
import { f, type Language, of } from './words.ts'

/** After this time without input the page asks the voter; after the second time it begins again. */
const IDLE_S = 90
const WARNED_S = 30

const WORDS: Readonly<Record<Language, { title: string; text: (seconds: string) => string; stay: string }>> =
  {
    en: {
      title: 'Are you still there?',
      text: (seconds) => `Everything on this page is cleared in ${seconds} s.`,
      stay: 'I am still here',
    },
    es: {
      title: '¿Sigue ahí?',
      text: (seconds) => `Todo lo de esta página se borra en ${seconds} s.`,
      stay: 'Sigo aquí',
    },
    ar: {
      title: 'هل ما زلت هنا؟',
      text: (seconds) => `يُمحى كل ما في هذه الصفحة بعد ${seconds} ث.`,
      stay: 'ما زلت هنا',
    },
  }

/** If the new page has not arrived after this time, it is requested again. */
const AGAIN_MS = 60_000

let beginning = false

/**
 * Reloads the page once: repeated requests would prevent it from ever arriving over a slow network.
 * The reader cannot go back to earlier pages, and the screen shows nothing of the voter meanwhile.
 */
function beginAgain(): void {
  if (beginning) return
  beginning = true
  document.body.replaceChildren('…')
  location.replace(`${location.pathname}?kiosk`)
  setTimeout(() => {
    beginning = false
    beginAgain()
  }, AGAIN_MS)
}

/** Removes everything of the last voter, then watches for input. @param stage of the page now */
export function runKiosk(stage: () => Stage | undefined): void {
  forget()
  const box = document.body.appendChild(document.createElement('div'))
  let idleS = 0
  const stay = () => {
    idleS = 0
    render(null, box)
  }
  for (const kind of ['pointerdown', 'keydown', 'input', 'scroll', 'touchstart'])
    addEventListener(kind, () => idleS < IDLE_S && stay(), { capture: true, passive: true })
  setInterval(() => {
    if (beginning) return
    const at = stage()?.at
    if (at === 'finished') return beginAgain()
    // A ballot on its way is never left alone; and at the start there is nothing to clear.
    if (at === 'casting' || at === undefined || (at === 'key' && !isTyped())) return stay()
    idleS++
    if (idleS >= IDLE_S + WARNED_S) return beginAgain()
    if (idleS >= IDLE_S) render(<Warning left={IDLE_S + WARNED_S - idleS} onStay={stay} />, box)
  }, 1_000)
  // A page that rested and comes back is the last voter's.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    beginning = false
    beginAgain()
  })
  addEventListener('pagehide', forget)
  // Links lead away from the booth, to pages that stay.
  addEventListener(
    'click',
    (event) => (event.target as Element).closest?.('a') && event.preventDefault(),
    true,
  )
}

/**
 * Memory of checked logs and of unanswered casts. A kiosk writes neither. But a link may open this
 * page in a private browser, which must not forget them.
 */
const OWN = /^(?:verified-logs$|sent\/)/

/** Language, display settings and marks: everything that voters can leave here. */
function forget(): void {
  try {
    for (const name of Object.keys(localStorage)) if (!OWN.test(name)) localStorage.removeItem(name)
    sessionStorage.clear()
  } catch {} // no storage
}

function isTyped(): boolean {
  return [...document.querySelectorAll('input')].some(({ value, type }) => type === 'text' && value !== '')
}

function Warning({ left, onStay }: { readonly left: number; readonly onStay: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const { title, text, stay } = of(WORDS)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} class="idle" aria-labelledby="idle" onClose={onStay}>
      <h2 id="idle">{title}</h2>
      <p role="timer">
        <Changing text={text(f.count(left))} />
      </p>
      <button type="button" class="primary" onClick={onStay}>
        {stay}
      </button>
    </dialog>
  )
}
