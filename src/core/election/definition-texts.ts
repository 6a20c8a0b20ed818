/** Every text of a definition file, with its place. Pure. */
import type { DefinitionFile } from './definition.ts'
import type { Text } from './text.ts'

export interface PlacedText {
  /** A JSON pointer (RFC 6901). */
  readonly pointer: string
  readonly text: Text
  /**
   * Whether it is a name, which may well be the same in all languages, or words that one
   * translates.
   */
  readonly kind: 'name' | 'words'
}

export function* textsOf(file: DefinitionFile): Generator<PlacedText> {
  yield* placed('/title', 'words', file.title)
  yield* placed('/organiser/name', 'name', file.organiser?.name)
  yield* placed('/privacy', 'words', file.privacy)
  for (const [i, { name }] of (file.districts ?? []).entries())
    yield* placed(`/districts/${i}/name`, 'name', name)
  for (const [i, contest] of file.contests.entries()) {
    const at = `/contests/${i}`
    yield* placed(`${at}/title`, 'words', contest.title)
    yield* paragraphs(`${at}/description`, contest.description)
    for (const [j, option] of contest.options.entries()) {
      yield* placed(`${at}/options/${j}/name`, 'name', option.name)
      yield* placed(`${at}/options/${j}/designation`, 'words', option.designation)
      yield* paragraphs(`${at}/options/${j}/statement`, option.statement)
    }
  }
}

function* placed(pointer: string, kind: PlacedText['kind'], text: Text | undefined): Generator<PlacedText> {
  if (text !== undefined) yield { pointer, text, kind }
}

function* paragraphs(pointer: string, texts: readonly Text[] | undefined): Generator<PlacedText> {
  for (const [i, text] of (texts ?? []).entries()) yield { pointer: `${pointer}/${i}`, text, kind: 'words' }
}
