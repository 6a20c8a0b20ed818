/** The dashboard's entry: language, theme, then the page, fed for as long as it is open. */
import { render } from 'preact'
import { applyRememberedTheme } from '../shared/theme.ts'
import { setDocumentLanguage } from '../shared/viewer.ts'
import { addressesFor } from './addresses.ts'
import { App } from './app.tsx'

setDocumentLanguage()
applyRememberedTheme()
render(<App addresses={addressesFor(location.pathname)} />, document.getElementById('page')!)
