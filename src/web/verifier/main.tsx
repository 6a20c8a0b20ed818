/**
 * The verifier's entry. It first removes the key and the tracker from the address, then sets
 * language and theme, and starts the worker and the page.
 */
import { render } from 'preact'
import { applyRememberedTheme } from '../shared/theme.ts'
import { App } from './app.tsx'
import { takeLogKey, takeTracker } from './arrival.ts'
import { startChecker } from './checker.ts'
import { fetchOthers, ownLanguage, speak } from './words.ts'

const logKey = takeLogKey()
const tracker = takeTracker()
applyRememberedTheme()
await speak(ownLanguage())
render(
  <App checker={startChecker()} tracker={tracker ?? ''} logKey={logKey ?? ''} />,
  document.getElementById('page')!,
)
fetchOthers()
