/**
 * The pictures and the map of a definition: files beside it, read, looked over, and named by their
 * SHA-256. Where the definition leaves a SHA-256 out it is put into its text, so that whoever
 * hashes the definition hashes the files.
 */
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { findNodeAtLocation, parseTree } from 'jsonc-parser'
import { type DefinitionFile, electionFrom } from '../../core/election/definition.ts'
import { MOST_PICTURE_BYTES, pictureForm } from '../../core/picture/picture.ts'
import { BadInput, type InputProblem } from './bad-input.ts'
import { parseDefinition, type ReadDefinition } from './definition-file.ts'
import { mapBeside } from './definition-map.ts'
import { bytesOf } from './input-bytes.ts'
import { placesIn } from './json-text.ts'

/** Of all pictures of an election: a server holds them in memory. */
export const MOST_PICTURES_BYTES = 16 * 1024 * 1024

export interface WithPictures extends ReadDefinition {
  /** By SHA-256, hexadecimal. */
  readonly pictures: ReadonlyMap<string, Buffer>
  /** What is odd, and no reason to refuse: a sentence each. */
  readonly notes: readonly string[]
}

interface Named {
  readonly at: readonly (string | number)[]
  readonly file: string
  readonly sha256: string | undefined
}

/**
 * @param path of the definition; its pictures lie in its folder or below
 * @throws {BadInput} with every picture that is refused
 */
export async function readPictures(path: string, definition: ReadDefinition): Promise<WithPictures> {
  const named = picturesOf(definition.file)
  if (named.length === 0) return { ...definition, pictures: new Map(), notes: [] }
  const tree = parseTree(definition.text)!
  const place = placesIn(definition.text)
  const pictures = new Map<string, Buffer>()
  const problems: InputProblem[] = []
  const added: { readonly offset: number; readonly text: string }[] = []
  const notes = new Set<string>()
  let total = 0
  for (const each of named) {
    const { at, file, sha256 } = each
    const node = findNodeAtLocation(tree, [...at])!
    const refuse = (message: string) =>
      problems.push({ ...place(node.offset), message: `${file} ${message}` })
    const read = await fileOf(join(dirname(path), file), each, definition.file)
    if (typeof read === 'string') {
      refuse(read)
      continue
    }
    const { bytes } = read
    const hash = createHash('sha256').update(bytes).digest('hex')
    if (sha256 !== undefined && sha256 !== hash) refuse(`has the SHA-256 ${hash}, not the one given`)
    else {
      for (const note of read.notes) notes.add(`${file} ${note}`)
      if (!pictures.has(hash) && at[0] !== 'map') total += bytes.length
      pictures.set(hash, bytes)
      if (total > MOST_PICTURES_BYTES) {
        refuse(`makes all pictures together more than ${MOST_PICTURES_BYTES >> 20} MiB`)
        break
      }
    }
    const last = node.children!.at(-1)!
    if (sha256 === undefined) added.push({ offset: last.offset + last.length, text: `, "sha256": "${hash}"` })
  }
  if (problems.length > 0) throw new BadInput(path, problems)
  return { ...withHashes(path, definition, added), pictures, notes: [...notes] }
}

interface LookedOver {
  readonly bytes: Buffer
  /** What is odd about it: sentences that go on from the file's name. */
  readonly notes: readonly string[]
}

/** @returns the file, or in words why it is refused */
async function fileOf(path: string, { at }: Named, file: DefinitionFile): Promise<LookedOver | string> {
  if (at[0] === 'map') return mapBeside(path, file.districts ?? [])
  const bytes = await bytesOf(path, MOST_PICTURE_BYTES)
  if (typeof bytes === 'string') return bytes
  const form = pictureForm(bytes)
  if (typeof form === 'string') return form
  const notes: string[] = []
  if (form.hasExif)
    notes.push('has notes of a camera in it (Exif), perhaps where it was taken: everybody can read them')
  if (at[0] === 'logo' && form.type === 'image/webp')
    notes.push('is WebP: letters in PDF are without it, save it as PNG or JPEG')
  return { bytes, notes }
}

function withHashes(
  path: string,
  definition: ReadDefinition,
  added: readonly { readonly offset: number; readonly text: string }[],
): ReadDefinition {
  if (added.length === 0) return definition
  let text = ''
  let from = 0
  for (const { offset, text: put } of added.toSorted((a, b) => a.offset - b.offset)) {
    text += definition.text.slice(from, offset) + put
    from = offset
  }
  text += definition.text.slice(from)
  const file = parseDefinition(path, text)
  return { file, text, election: electionFrom(file) }
}

function picturesOf({ logo, map, contests }: DefinitionFile): Named[] {
  const named = (at: readonly (string | number)[], picture: typeof logo): Named[] =>
    picture === undefined ? [] : [{ at, file: picture.file, sha256: picture.sha256 }]
  return [
    ...named(['logo'], logo),
    ...named(['map'], map),
    ...contests.flatMap(({ options }, i) =>
      options.flatMap(({ photo }, j) => named(['contests', i, 'options', j, 'photo'], photo)),
    ),
  ]
}
