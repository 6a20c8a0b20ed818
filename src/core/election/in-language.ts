/**
 * A definition, or a part of one, in the reader's language: each text by language becomes the one
 * for them. Pure.
 */
import { type Text, textFor } from './text.ts'

/** The same shape with plain strings for texts. */
export type InLanguage<T> = T extends readonly (infer Each)[]
  ? readonly InLanguage<Each>[]
  : T extends Readonly<Record<string, string>>
    ? string extends keyof T
      ? string
      : { readonly [K in keyof T]: InLanguage<T[K]> }
    : T extends object
      ? { readonly [K in keyof T]: InLanguage<T[K]> }
      : T

/** The fields whose value, or each of whose values, is a text. */
const TEXTS = /^(?:title|name|designation|privacy|description|statement)$/

/**
 * @param wanted the reader's language tag
 * @param order the election's languages
 */
export function inLanguage<T>(value: T, wanted: string, order: readonly string[]): InLanguage<T> {
  const walk = (each: unknown, field: string): unknown => {
    if (typeof each !== 'object' || each === null) return each
    if (Array.isArray(each)) return each.map((inner) => walk(inner, field))
    if (TEXTS.test(field)) return textFor(each as Text, wanted, order)
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, walk(inner, key)]))
  }
  return walk(value, '') as InLanguage<T>
}
