/**
 * The texts of a workbook that cells name by number, as UTF-8 in a few large buffers: a million of
 * them cost their bytes and eight more each, and no garbage.
 */
import { BadInput } from '../bad-input.ts'
import type { InputFile } from '../input-file.ts'
import { readXml } from './xml.ts'
import type { ZipPart } from './zip.ts'

export interface SharedStrings {
  /** undefined where there is no such number */
  readonly at: (index: number) => string | undefined
}

export const NO_STRINGS: SharedStrings = { at: () => undefined }

const MOST_XML_BYTES = 512 * 1024 * 1024
/** Of text kept. */
const MOST_BYTES = 128 * 1024 * 1024
const MOST_TEXTS = 8_000_000
/** Of one text; a cell can hold 32,767 characters. */
const MOST_TEXT = 32_768

/** @throws {BadInput} where there are more than a roll can have */
export async function sharedStrings(input: InputFile, part: ZipPart): Promise<SharedStrings> {
  let bytes = Buffer.allocUnsafe(64 * 1024)
  let ends = new Uint32Array(4096)
  let count = 0
  let used = 0
  let text = ''
  let isText = false
  let isPhonetic = false

  const refuse = (): never => {
    throw new BadInput(input.path, [
      { message: 'has more texts than a roll can have: save the sheet as “CSV UTF-8”' },
    ])
  }
  const keep = (): void => {
    const size = Buffer.byteLength(text)
    if (count === MOST_TEXTS || used + size > MOST_BYTES) refuse()
    if (used + size > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, used + size))
      bytes.copy(larger, 0, 0, used)
      bytes = larger
    }
    if (count === ends.length) {
      const larger = new Uint32Array(ends.length * 2)
      larger.set(ends)
      ends = larger
    }
    used += bytes.write(text, used, 'utf8')
    ends[count++] = used
  }
  await readXml(input, part, MOST_XML_BYTES, {
    open: (name) => {
      if (name === 'si') text = ''
      else if (name === 't') isText = true
      else if (name === 'rPh') isPhonetic = true
    },
    close: (name) => {
      if (name === 'si') keep()
      else if (name === 't') isText = false
      else if (name === 'rPh') isPhonetic = false
    },
    text: (more) => {
      if (!isText || isPhonetic) return
      if (text.length + more.length > MOST_TEXT * 2) refuse()
      text += more
    },
  })
  return {
    at: (index) =>
      Number.isInteger(index) && index >= 0 && index < count
        ? unescaped(bytes.toString('utf8', index === 0 ? 0 : ends[index - 1], ends[index]))
        : undefined,
  }
}

/** ECMA-376 part 1, 22.4.2.4: `_x000D_` is a carriage return. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text
  return text.replaceAll(/_x([0-9a-fA-F]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}
