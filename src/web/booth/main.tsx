/** The booth's entry: the key out of the address first of all, then language and looks, then the page. */
import { render } from 'preact'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { below } from '../shared/base.ts'
import { applyRememberedTheme } from '../shared/theme.ts'
import { App } from './app.tsx'
import { type Arrival, electionIdIn, takeKey } from './arrival.ts'
import { createBooth } from './booth.ts'
import type { BoothState } from './booth-state.ts'
import { callsFor } from './calls.ts'
import { castMarksOf, randomHex } from './cast-mark.ts'
import { applyPreferences } from './preferences.ts'
import { withRich } from './rich-loading.ts'
import { putDown, takeUp } from './tab-receipt.ts'
import { speak } from './words.ts'

const RETRY_MS = 2_000

let inHand: Arrival = takeKey()
const electionId = electionIdIn(below(location.pathname))
const page = document.getElementById('page')!
let wake = () => {}
let state: BoothState
/** Whether there are words to draw with. */
let spoken = false

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    wake = () => {
      clearTimeout(timer)
      resolve()
    }
  })

const calls = callsFor(electionId)
const booth = createBooth({
  calls: { ...calls, definition: () => withRich(calls.definition()) },
  marksOf: (key) => castMarksOf(electionId, key),
  newIdempotencyKey: randomHex,
  pause,
  random: Math.random,
  show: (next) => {
    state = next
    if (next.stage.at === 'receipt') inHand = undefined
    if (spoken) draw()
  },
})

const enter = (key: VoterKeyPair) => {
  inHand = key
  void booth.enter(key)
}

function draw(): void {
  render(
    <App
      booth={booth}
      state={state}
      electionId={electionId}
      onTryNow={() => wake()}
      onAgain={() => booth.begin(inHand)}
      onKey={enter}
    />,
    page,
  )
}

/** Over a bad connection the words may need a second try. */
async function learnWords(): Promise<void> {
  for (;;) {
    try {
      return await speak()
    } catch {
      await pause(RETRY_MS)
    }
  }
}

applyRememberedTheme()
applyPreferences()
addEventListener('online', () => wake())
// A link opened in this very tab changes the fragment alone, and loads nothing.
addEventListener('hashchange', () => {
  const arrival = takeKey()
  if (arrival === undefined || state === undefined || state.stage.at === 'casting') return
  inHand = arrival
  void booth.begin(arrival)
})
// Asks before the page is left while nothing but this page knows of the ballot on its way.
addEventListener('beforeunload', (event) => {
  if (state?.stage.at === 'casting' && !state.stage.kept) event.preventDefault()
})
// A phone may end a hidden page without another word.
addEventListener('visibilitychange', () => document.hidden && booth.leave())
addEventListener('pagehide', ({ persisted }) => {
  booth.leave()
  // A page that only rests keeps its receipt itself.
  if (state?.stage.at === 'receipt' && !persisted) putDown(electionId, state.stage.receipt)
})
// Words and election are fetched side by side.
void booth.begin(inHand, takeUp(electionId))
await learnWords()
spoken = true
page.textContent = ''
draw()
