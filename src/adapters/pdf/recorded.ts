/** A part of a page drawn once and then again on others: its operators, and the fonts and pictures that they name. */
import type { Doc } from './sheet.ts'

export interface Recorded<Result> {
  readonly result: Result
  /** Draws it on the page that the document is at. @returns the same result */
  readonly again: (doc: Doc) => Result
}

const RESOURCES = ['fonts', 'xobjects', 'ext_gstates', 'patterns', 'colorSpaces'] as const
type Resources = Partial<Record<(typeof RESOURCES)[number], Record<string, unknown>>>

/** @param work draws on the page that the document is at, and on no other */
export function recording<Result>(doc: Doc, work: () => Result): Recorded<Result> {
  const operators: string[] = []
  const { addContent } = doc
  doc.addContent = (content: string) => {
    operators.push(content)
    return addContent.call(doc, content)
  }
  try {
    const result = work()
    const used = copied(doc.page as unknown as Resources)
    const drawn = operators.join('\n')
    return {
      result,
      again: (later) => {
        for (const name of RESOURCES)
          Object.assign((later.page as unknown as Resources)[name] ?? {}, used[name] ?? {})
        later.addContent(drawn)
        return result
      },
    }
  } finally {
    doc.addContent = addContent
  }
}

function copied(page: Resources): Resources {
  return Object.fromEntries(RESOURCES.map((name) => [name, { ...page[name] }]))
}
