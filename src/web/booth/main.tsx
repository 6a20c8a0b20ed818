/**
 * The booth's entry point. It first removes the key from the address, then sets language and
 * display, then draws the page.
 */
import { render } from 'preact'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { below } from '../shared/base.ts'
import { applyRememberedTheme } from '../shared/theme.ts'
import { App } from './app.tsx'
import { type Arrival, electionIdIn, modeIn, takeKey } from './arrival.ts'
import { createBooth } from './booth.ts'
import { type BoothState, isOnBallot } from './booth-state.ts'
import { callsFor } from './calls.ts'
import { castMarksOf, randomHex } from './cast-mark.ts'
import { receipt } from './late-parts.tsx'
import { applyPreferences } from './preferences.ts'
import { withRich } from './rich-loading.ts'
import { tabMarks } from './tab-marks.ts'
import { putDown, takeUp } from './tab-receipt.ts'
import { speak } from './words.ts'

const RETRY_MS = 2_000

let inHand: Arrival = takeKey()
const electionId = electionIdIn(below(location.pathname))
const mode = modeIn(location.search)
const tab = tabMarks(electionId)
const page = document.getElementById('page')!
/** The text for a browser that cannot show the page. */
const trouble = document.getElementById('trouble')!
let wake = () => {}
let state: BoothState
/** Whether a dictionary is loaded. */
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
  // A shared device stores nothing about its voters.
  marksOf: async (key) => (mode === 'kiosk' ? null : castMarksOf(electionId, key)),
  before: tab.before,
  isSample: mode === 'sample',
  newIdempotencyKey: randomHex,
  pause,
  random: Math.random,
  show: (next) => {
    state = next
    if (next.stage.at === 'receipt') inHand = undefined
    keepMarks(next)
    if (spoken) draw()
  },
})

const enter = (key: VoterKeyPair) => {
  inHand = key
  void booth.enter(key)
}

function keepMarks({ stage, ballot }: BoothState): void {
  if (ballot?.key && isOnBallot(stage)) {
    receipt.fetch()
    if (mode === undefined) tab.keep(ballot.key, ballot.marks)
  } else if (stage.at !== 'loading' && stage.at !== 'checking' && stage.at !== 'key') tab.drop()
}

/** Whether this page has choices that are stored nowhere else. */
const isMarked = () =>
  mode === undefined && isOnBallot(state.stage) && Object.values(state.ballot?.marks ?? {}).flat().length > 0

function draw(): void {
  try {
    drawPage()
  } catch (error) {
    page.replaceChildren(trouble)
    trouble.hidden = false
    throw error
  }
}

function drawPage(): void {
  render(
    <App
      booth={booth}
      state={state}
      electionId={electionId}
      mode={mode}
      marksKept={tab.areKept()}
      onTryNow={() => wake()}
      onAgain={() => booth.begin(inHand)}
      onKey={enter}
    />,
    page,
  )
}

/** Over a bad connection a part of the page may need a second request. */
async function loaded<Part>(load: () => Promise<Part>): Promise<Part> {
  for (;;) {
    try {
      return await load()
    } catch {
      await pause(RETRY_MS)
    }
  }
}

if (mode !== 'kiosk') {
  applyRememberedTheme()
  applyPreferences()
}
addEventListener('online', () => wake())
// A link that is opened in the same tab changes only the fragment and reloads nothing.
addEventListener('hashchange', () => {
  const arrival = takeKey()
  if (arrival === undefined || state === undefined) return
  if (state.stage.at === 'casting') {
    // Another voter's link must not show the outcome of this ballot. If this browser can ask about
    // the ballot later, the outcome waits.
    if (!state.stage.kept || JSON.stringify(arrival) === JSON.stringify(inHand)) return
    booth.leave()
  }
  inHand = arrival
  void booth.begin(arrival)
})
// Asks before the page is left while nothing but this page knows of the ballot on its way, or of
// the choices made.
addEventListener('beforeunload', (event) => {
  if (state && ((state.stage.at === 'casting' && !state.stage.kept) || isMarked())) event.preventDefault()
})
// A phone may end a hidden page without another word.
addEventListener('visibilitychange', () => document.hidden && booth.leave())
addEventListener('pagehide', ({ persisted }) => {
  booth.leave()
  if (mode === 'kiosk') return
  if (!persisted) tab.putDown()
  // A page in the back-forward cache keeps its receipt.
  if (state?.stage.at === 'receipt' && !persisted) putDown(electionId, state.stage.receipt)
})
// The dictionary and the election are loaded in parallel.
void booth.begin(inHand, takeUp(electionId))
await loaded(speak)
if (mode === 'kiosk') (await loaded(() => import('./kiosk.tsx'))).runKiosk(() => state?.stage)
// Nothing is drawn earlier: the next line would remove it, and later drawings would lack it.
spoken = true
page.textContent = ''
draw()
