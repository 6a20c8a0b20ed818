/**
 * A part of a page that many pages share: drawn once into the document, as a form (ISO 32000-1,
 * 8.10), and named by each page. A letter's words in a script that is drawn as shapes are a hundred
 * times what names them.
 */
import type { Doc } from './doc.ts'

export interface Recorded<Result> {
  readonly result: Result
  /** Puts it on the page that the document is at. */
  readonly put: () => void
}

const RESOURCES = {
  fonts: 'Font',
  xobjects: 'XObject',
  ext_gstates: 'ExtGState',
  patterns: 'Pattern',
  colorSpaces: 'ColorSpace',
} as const
type Resources = Partial<Record<keyof typeof RESOURCES, Record<string, unknown>>>

let count = 0

/**
 * @param work draws on a page; nothing of it is on the page that the document is at until it is put
 *   there
 */
export function recording<Result>(doc: Doc, work: () => Result): Recorded<Result> {
  const operators: string[] = []
  const { addContent } = doc
  doc.addContent = (content: string) => {
    operators.push(content)
    return doc
  }
  let result: Result
  try {
    result = work()
  } finally {
    doc.addContent = addContent
  }
  const { width, height } = doc.page
  const form = doc.ref({
    ...{ Type: 'XObject', Subtype: 'Form', FormType: 1, BBox: [0, 0, width, height] },
    Resources: resourcesOf(doc.page as unknown as Resources),
  })
  form.end(`${operators.join('\n')}\n`)
  const name = `Form${++count}`
  return {
    result,
    put: () => {
      const { xobjects } = doc.page as unknown as Required<Resources>
      xobjects[name] = form
      doc.addContent(`/${name} Do`)
    },
  }
}

/** Those of the page by now: what was drawn names no others. */
function resourcesOf(page: Resources): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(RESOURCES).map(([key, name]) => [name, { ...page[key as keyof typeof RESOURCES] }]),
  )
}
