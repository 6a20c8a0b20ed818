/**
 * A text of a definition: one for all languages, or one for each (docs/protocol.md, "Definition").
 *
 * A person's name is a plain string in most elections; a translated title is a map. Readers get the
 * text of their language, else of a near one, else of the election's first.
 */

/**
 * A text, or texts by language tag (BCP 47): `"Chair"`, `{ "en": "Chair", "es": "Presidencia" }`.
 */
export type Text = string | Readonly<Record<string, string>>

export interface TextFound {
  readonly text: string
  /** Its language tag; null if the definition does not state it. */
  readonly language: string | null
}

/**
 * Finds the text for a reader, and its language for the attribute `lang`.
 * @param wanted the reader's language tag
 * @param order the election's languages; the first one replaces missing ones
 */
export function textFound(text: Text, wanted: string, order: readonly string[]): TextFound {
  if (typeof text === 'string') return { text, language: order.length === 1 ? order[0]! : null }
  const language = nearestLanguage(wanted, order, (tag) => Object.hasOwn(text, tag)) ?? Object.keys(text)[0]!
  return { text: text[language]!, language }
}

/** @returns the text of {@link textFound} */
export function textFor(text: Text, wanted: string, order: readonly string[]): string {
  return typeof text === 'string' ? text : textFound(text, wanted, order).text
}

/** @returns the text in the election's first language, for places with room for one */
export function firstText(text: Text, order: readonly string[]): string {
  return typeof text === 'string' ? text : textFor(text, order[0] ?? '', order)
}

/** @returns every wording of a text, without duplicates */
export function wordingsOf(text: Text): readonly string[] {
  return typeof text === 'string' ? [text] : [...new Set(Object.values(text))]
}

/**
 * Finds the nearest language tag (RFC 4647, section 3.4): the same tag, then without its last
 * parts, then any tag of the same language ("pt" finds "pt-BR", "zh-TW" finds "zh-Hant"), then the
 * first available one of `order`.
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
