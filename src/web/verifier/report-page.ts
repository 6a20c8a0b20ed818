/**
 * The outcome as a page to keep, open anywhere and print. It has what is on the screen, in the same
 * language. It has no script and nothing from a receipt, because people pass reports on.
 */

const LOOKS = `
  body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
  body { font: 1rem/1.5 system-ui, sans-serif; color: #15191c }
  svg { display: none } table { width: 100%; border-collapse: collapse; margin-block: 1rem }
  th, td { padding: .3rem .5rem; border-bottom: 1px solid #ccc; text-align: start }
  .number { text-align: end }
  caption { text-align: start; font-weight: 600 } .verdict { border: 3px solid #1d6b3c; padding: 1rem }
  .trust, .so-far { border-color: #7a4b00 } .wrong { border-color: #a3161f; color: #a3161f }
  .unseen { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden }
  .code { overflow-wrap: anywhere }
`

export function reportPage(): Blob {
  const shown = document.querySelector('main')!.cloneNode(true) as HTMLElement
  for (const part of shown.querySelectorAll(
    '.ballot, button, [data-check="receipts"], [data-finding="promise-broken"], ' +
      '[data-finding="tracker-not-found"]',
  ))
    part.remove()
  for (const part of shown.querySelectorAll('details')) part.open = true
  const { lang, dir } = document.documentElement
  const title = document.createElement('title')
  title.textContent = document.title
  const head = `<meta charset="utf-8">${title.outerHTML}<style>${LOOKS}</style>`
  // The page is built as text: this page's policy would apply to a style element in a document
  // created here.
  const page = `<html lang="${lang}" dir="${dir}"><head>${head}</head><body>${shown.outerHTML}</body></html>`
  return new Blob([`<!doctype html>\n${page}\n`], { type: 'text/html' })
}
