/**
 * The pictures of a definition: files beside it, read, looked over, and named by their SHA-256. Where the definition
 * leaves a picture's SHA-256 out it is put into its text, so that whoever hashes the definition hashes the pictures.
 */
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { findNodeAtLocation, parseTree } from 'jsonc-parser'
import { type DefinitionFile, electionFrom } from '../../core/election/definition.ts'
import { MOST_PICTURE_BYTES, pictureForm } from '../../core/picture/picture.ts'
import { BadInput, type InputProblem } from './bad-input.ts'
import { parseDefinition, type ReadDefinition } from './definition-file.ts'
import { openInput } from './input-file.ts'
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
  const withExif = new Set<string>()
  let withoutPaper: string | undefined
  let total = 0
  for (const { at, file, sha256 } of named) {
    const node = findNodeAtLocation(tree, [...at])!
    const refuse = (message: string) =>
      problems.push({ ...place(node.offset), message: `${file} ${message}` })
    const bytes = await bytesOf(join(dirname(path), file))
    if (typeof bytes === 'string') {
      refuse(bytes)
      continue
    }
    const form = pictureForm(bytes)
    const hash = createHash('sha256').update(bytes).digest('hex')
    if (typeof form === 'string') refuse(form)
    else if (sha256 !== undefined && sha256 !== hash) refuse(`has the SHA-256 ${hash}, not the one given`)
    else {
      if (form.hasExif) withExif.add(file)
      if (at[0] === 'logo' && form.type === 'image/webp') withoutPaper = file
      if (!pictures.has(hash)) total += bytes.length
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
  const notes = [...withExif].map(
    (file) =>
      `${file} has notes of a camera in it (Exif), perhaps where it was taken: everybody can read them`,
  )
  if (withoutPaper !== undefined)
    notes.push(`${withoutPaper} is WebP: letters in PDF are without it, save it as PNG or JPEG`)
  return { ...withHashes(path, definition, added), pictures, notes }
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

function picturesOf({ logo, contests }: DefinitionFile): Named[] {
  const named = (at: readonly (string | number)[], picture: typeof logo): Named[] =>
    picture === undefined ? [] : [{ at, file: picture.file, sha256: picture.sha256 }]
  return [
    ...named(['logo'], logo),
    ...contests.flatMap(({ options }, i) =>
      options.flatMap(({ photo }, j) => named(['contests', i, 'options', j, 'photo'], photo)),
    ),
  ]
}

/** @returns the bytes, or in words why there are none to look at */
async function bytesOf(path: string): Promise<Buffer | string> {
  try {
    const { handle, sizeBytes } = await openInput(path)
    try {
      // One byte more than is allowed is enough to say so.
      const bytes = Buffer.alloc(Math.min(sizeBytes, MOST_PICTURE_BYTES + 1))
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
      return bytes.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof BadInput) return `cannot be read: ${error.problems[0]!.message}`
    throw error
  }
}
