/** The dashboard's entry: sets language and theme, then shows the page. */
import { render } from 'preact'
import { below } from '../shared/base.ts'
import { applyRememberedTheme } from '../shared/theme.ts'
import { addressesFor } from './addresses.ts'
import { App } from './app.tsx'
import { viewOptions } from './view-options.ts'
import { speakReadersLanguage } from './viewer.ts'

const options = viewOptions(location.search)
applyRememberedTheme()
// A theme in the address applies to this page only and is not remembered.
if (options.theme !== null) document.documentElement.dataset.theme = options.theme
await speakReadersLanguage(options.language)
const page = document.getElementById('page')!
render(
  <App
    addresses={addressesFor(below(location.pathname))}
    options={options}
    needsToken={page.dataset.needsToken !== undefined}
  />,
  page,
)
