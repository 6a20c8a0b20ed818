/**
 * XML of a workbook's part, read as it is unpacked: no document types, no entities but XML's own,
 * nothing kept.
 */
import sax, { type QualifiedTag, type Tag } from 'sax'
import { BadInput } from '../bad-input.ts'
import type { InputFile } from '../input-file.ts'
import { partBytes, type ZipPart } from './zip.ts'

export type Attributes = Readonly<Record<string, string>>

export interface XmlReader {
  /** @param name without its prefix */
  readonly open: (name: string, attributes: Attributes) => void
  readonly close: (name: string) => void
  readonly text: (text: string) => void
}

/**
 * Feeds the reader; yields after each piece, so that what it made of it can be handed on.
 * @throws {BadInput} where it is not XML, or more than `mostBytes`
 */
export async function* xmlPieces(
  input: InputFile,
  part: ZipPart,
  mostBytes: number,
  reader: XmlReader,
  onPacked?: (bytes: number) => void,
): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const parser = sax.parser(true, { position: false })
  const refuse = (): never => {
    throw new BadInput(input.path, [{ message: `is not a sound workbook (${part.name}): save it again` }])
  }
  parser.onerror = refuse
  parser.ondoctype = refuse
  parser.onopentag = (tag: Tag | QualifiedTag) => reader.open(plain(tag.name), tag.attributes as Attributes)
  parser.onclosetag = (name) => reader.close(plain(name))
  parser.ontext = reader.text
  parser.oncdata = reader.text
  for await (const bytes of partBytes(input, part, mostBytes, onPacked)) {
    parser.write(decodedOr(refuse, () => decoder.decode(bytes, { stream: true })))
    yield
  }
  parser.write(decodedOr(refuse, () => decoder.decode())).close()
  yield
}

/** Reads a small part whole. */
export async function readXml(
  input: InputFile,
  part: ZipPart,
  mostBytes: number,
  reader: XmlReader,
): Promise<void> {
  for await (const _ of xmlPieces(input, part, mostBytes, reader)) {
    // All that is read is what the reader keeps.
  }
}

function decodedOr(refuse: () => never, decode: () => string): string {
  try {
    return decode()
  } catch {
    return refuse()
  }
}

/** A name without its prefix; some programs write one before every name. */
function plain(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
