/**
 * A text of a definition: one for everybody, or one for each language (docs/protocol.md,
 * "Definition"). Pure.
 *
 * A name of a person is a plain string in most elections; a title that was translated is a map.
 * Readers get the text of their language, else of a near one, else of the election's first.
 */

/**
 * A text, or texts by language tag (BCP 47): `"Chair"`, `{ "en": "Chair", "es": "Presidencia" }`.
 */
export type Text = string | Readonly<Record<string, string>>

export interface TextFound {
  readonly text: string
  /** Its language tag; null where the definition does not say. */
  readonly language: string | null
}

/**
 * The text for a reader, and the language it is in, for `lang` of an element.
 * @param wanted the reader's language tag
 * @param order the election's languages, first the one that stands in for all others
 */
export function textFound(text: Text, wanted: string, order: readonly string[]): TextFound {
  if (typeof text === 'string') return { text, language: order.length === 1 ? order[0]! : null }
  const language = nearestLanguage(wanted, order, (tag) => Object.hasOwn(text, tag)) ?? Object.keys(text)[0]!
  return { text: text[language]!, language }
}

/** {@link textFound} without its language. */
export function textFor(text: Text, wanted: string, order: readonly string[]): string {
  return typeof text === 'string' ? text : textFound(text, wanted, order).text
}

/**
 * The text that stands for all where there is one place for one: of the election's first language.
 */
export function firstText(text: Text, order: readonly string[]): string {
  return typeof text === 'string' ? text : textFor(text, order[0] ?? '', order)
}

/** Every wording of a text, each once. */
export function wordingsOf(text: Text): readonly string[] {
  return typeof text === 'string' ? [text] : [...new Set(Object.values(text))]
}

/**
 * The tag nearest to the one wanted, as RFC 4647 looks it up: itself, then with its last parts
 * taken off, then any of the same language ("pt" finds "pt-BR", "zh-TW" finds "zh-Hant"), then the
 * first of `order` that there is.
 */
export function nearestLanguage(
  wanted: string,
  order: readonly string[],
  has: (tag: string) => boolean = (tag) => order.includes(tag),
): string | undefined {
  for (let tag = wanted; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-'))))
    if (has(tag)) return tag
  const primary = primaryOf(wanted)
  return order.find((tag) => primaryOf(tag) === primary && has(tag)) ?? order.find(has)
}

const primaryOf = (tag: string) => tag.split('-', 1)[0]!
