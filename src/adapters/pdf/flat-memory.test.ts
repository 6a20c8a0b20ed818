/** pdfkit's memory is released while a document grows, and the document is still complete. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import PDFDocument from 'pdfkit'
import { forgetWords, forgetWrittenPages } from './flat-memory.ts'
import { LATIN, openFace } from './font-set.ts'

const PAGES = 300

/** Draws a document in which each page has its own word. */
async function drawn(isFlat: boolean) {
  const doc = new PDFDocument({ autoFirstPage: false, compress: false, info: { CreationDate: new Date(0) } })
  doc.registerFont('regular', openFace(LATIN, 'regular')!.path)
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise((resolve) => doc.on('end', resolve))
  if (isFlat) forgetWrittenPages(doc)
  for (let page = 0; page < PAGES; page++) {
    doc.addPage().font('regular').text(`Word${page}`)
    if (isFlat && page % 16 === 0) forgetWords(doc)
  }
  const inside = doc as unknown as {
    readonly _root: {
      readonly data: { readonly Pages: { readonly data: { readonly Kids: { data: unknown }[] } } }
    }
    readonly _fontFamilies: { readonly regular: { readonly layoutCache: object } }
  }
  const held = inside._root.data.Pages.data.Kids.filter(({ data }) => data !== null).length
  const words = Object.keys(inside._fontFamilies.regular.layoutCache).length
  doc.end()
  await ended
  return { held, words, bytes: Buffer.concat(chunks) }
}

test('written pages and shaped words are released, and the bytes are the same', async () => {
  const [flat, usual] = [await drawn(true), await drawn(false)]
  assert.deepEqual([flat.held, flat.words <= 17], [1, true], `${flat.held} pages, ${flat.words} words`)
  assert.deepEqual([usual.held, usual.words >= PAGES], [PAGES, true], 'pdfkit still needs it')
  assert.equal(flat.bytes.toString('latin1').match(/\/Type \/Page\n/g)?.length, PAGES)
  assert.ok(flat.bytes.equals(usual.bytes))
})
