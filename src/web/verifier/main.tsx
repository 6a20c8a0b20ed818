/** The verifier's entry: the tracker out of the address first of all, then language and looks, worker and page. */
import { render } from 'preact'
import { applyRememberedTheme } from '../shared/theme.ts'
import { App } from './app.tsx'
import { takeTracker } from './arrival.ts'
import { startChecker } from './checker.ts'
import { ownLanguage, speak } from './words.ts'

const tracker = takeTracker()
applyRememberedTheme()
speak(ownLanguage())
render(<App checker={startChecker()} tracker={tracker ?? ''} />, document.getElementById('page')!)
