/**
 * The fonts that a document sets names in, a script each. A font is opened when a name first needs
 * it. Where no font has a character, that is said: a box would be a letter lost.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Blob, Font, Face as FontFace } from 'harfbuzzjs'

const packages = createRequire(import.meta.url)

export type Weight = 'regular' | 'strong'

/** A typeface for some scripts, in two weights. */
export interface Face {
  readonly name: string
  /** What it is for; other characters it sets only beside these. */
  readonly scripts: RegExp
  readonly package: string
  /** Files, from the package's main one. */
  readonly files: Readonly<Record<Weight, string>>
}

const noto = (script: string, scripts: RegExp): Face => {
  const name = script === '' ? 'noto-sans' : `noto-sans-${script.toLowerCase()}`
  const file = (weight: string) => `${weight}/NotoSans${script}_${weight}.ttf`
  const files = { regular: file('400Regular'), strong: file('600SemiBold') }
  return { name, scripts, package: `@expo-google-fonts/${name}`, files }
}

export const LATIN = noto('', /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Devanagari}]/u)
/** Han of every country, with Bopomofo and kana. */
const HAN: Face = {
  name: 'han',
  scripts:
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\u30fb\u30fc\uff00-\uffef]/u,
  package: '@embedpdf/fonts-sc',
  files: { regular: '../fonts/NotoSansHans-Regular.otf', strong: '../fonts/NotoSansHans-Bold.otf' },
}
const HANGUL: Face = {
  name: 'hangul',
  scripts: /\p{Script=Hangul}/u,
  package: '@embedpdf/fonts-kr',
  files: { regular: '../fonts/NotoSansKR-Regular.otf', strong: '../fonts/NotoSansKR-Bold.otf' },
}

const FACES: readonly Face[] = [
  LATIN,
  // With its commas, question marks and digits, wherever they stand: no other font has them.
  noto('Arabic', /\p{Script_Extensions=Arabic}/u),
  noto('Hebrew', /\p{Script=Hebrew}/u),
  noto('Armenian', /\p{Script=Armenian}/u),
  noto('Georgian', /\p{Script=Georgian}/u),
  noto('Bengali', /\p{Script=Bengali}/u),
  noto('Gujarati', /\p{Script=Gujarati}/u),
  noto('Gurmukhi', /\p{Script=Gurmukhi}/u),
  noto('Kannada', /\p{Script=Kannada}/u),
  noto('Malayalam', /\p{Script=Malayalam}/u),
  noto('Tamil', /\p{Script=Tamil}/u),
  noto('Telugu', /\p{Script=Telugu}/u),
  noto('Thai', /\p{Script=Thai}/u),
  HAN,
  HANGUL,
]

/**
 * Joiners, marks of direction and choosers of a variant: they shape or order other characters and
 * have no shape.
 */
const SHAPELESS = /^(?:[\u200b-\u200f\u2060\u2066-\u2069]|[\ufe00-\ufe0f])$/
/** Turn what stands after them, up to the end of the text: never a part of a name. */
const NEVER = /[\p{Cc}\p{Cs}\u202a-\u202e\u2028\u2029]/u

interface OpenedFont {
  readonly path: string
  readonly font: Font
  /** Units of the design to the size of a letter. */
  readonly unitsPerEm: number
}

/** Opened fonts, kept for as long as the process lives: files do not change. */
const opened = new Map<string, OpenedFont | null>()

/** @returns null where the package is not installed */
export function openFace(face: Face, weight: Weight): OpenedFont | null {
  const key = `${face.name} ${weight}`
  const known = opened.get(key)
  if (known !== undefined) return known
  let found: OpenedFont | null = null
  try {
    const path = join(dirname(packages.resolve(face.package)), face.files[weight])
    const fontFace = new FontFace(new Blob(new Uint8Array(readFileSync(path))))
    found = { path, font: new Font(fontFace), unitsPerEm: fontFace.upem }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
  }
  opened.set(key, found)
  return found
}

/**
 * The face for one character with its marks.
 * @param before the face of what stands before it: spaces and signs stay in it where it has them
 * @returns null where no font has it
 */
export function faceFor(cluster: string, before: Face | null): Face | null {
  const key = `${before?.name} ${cluster}`
  const known = chosen.get(key)
  if (known !== undefined) return known
  const face = chosenFor(cluster, before)
  if (chosen.size >= MOST_CHOSEN) chosen.clear()
  chosen.set(key, face)
  return face
}

/** Choices made before: a name has the same few characters as the next one. */
const chosen = new Map<string, Face | null>()
const MOST_CHOSEN = 50_000

function chosenFor(cluster: string, before: Face | null): Face | null {
  if (NEVER.test(cluster)) return null
  const own = FACES.filter(({ scripts }) => scripts.test(cluster))
  const candidates = own.length > 0 ? own : [...(before === null ? [] : [before]), LATIN, HAN]
  return candidates.find((face) => hasAll(face, cluster)) ?? null
}

function hasAll(face: Face, cluster: string): boolean {
  return (['regular', 'strong'] as const).every((weight) => {
    const font = openFace(face, weight)?.font
    return (
      font !== undefined &&
      [...cluster].every(
        (character) => SHAPELESS.test(character) || (font.nominalGlyph(character.codePointAt(0)!) ?? 0) > 0,
      )
    )
  })
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** What a person sees as one character, each with its place. */
export function clustersOf(text: string): readonly { readonly segment: string; readonly index: number }[] {
  return [...graphemes.segment(text)]
}

/** The characters of a text that no font has, each once; empty where the text can be set. */
export function missingIn(text: string): readonly string[] {
  const missing = new Set<string>()
  let before: Face | null = null
  for (const { segment } of clustersOf(text)) {
    const face = faceFor(segment, before)
    if (face === null) missing.add(segment)
    else before = face
  }
  return [...missing]
}
