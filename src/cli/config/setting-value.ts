/** Parses a value from the environment or the file with the parser of its option. */
import { InvalidArgumentError, type Option } from 'commander'

/** Several strings if the option may be repeated. */
export type Written = boolean | readonly string[]

/** Whether the option may be repeated: its parser then also receives the previous value. */
export function isRepeatable({ variadic, parseArg, argChoices }: Option): boolean {
  // Commander's parser for choices has two parameters, but uses the second for variadic options
  // only.
  return variadic || (parseArg !== undefined && argChoices === undefined && parseArg.length > 1)
}

const takesValue = ({ required, optional }: Option): boolean => required || optional

/** @throws {InvalidArgumentError} */
export function settingValue(option: Option, written: Written): unknown {
  if (typeof written === 'boolean') {
    if (option.required) throw new InvalidArgumentError('It must be a text or a number.')
    return written
  }
  if (!takesValue(option)) throw new InvalidArgumentError('It must be true or false.')
  if (written.length !== 1 && !isRepeatable(option))
    throw new InvalidArgumentError('It must be one value, not several.')
  let value: unknown = option.defaultValue
  for (const text of written) value = taken(option, text, value)
  return value
}

function taken(option: Option, text: string, before: unknown): unknown {
  if (option.parseArg !== undefined) return option.parseArg(text, before as never)
  return option.variadic ? [...(before === option.defaultValue ? [] : (before as string[])), text] : text
}

const WORDS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false }

/** Reads the text of a variable. Several values are a JSON list. @throws {InvalidArgumentError} */
export function writtenIn(option: Option, text: string): Written {
  const word = WORDS[text.toLowerCase()]
  if (!takesValue(option)) {
    if (word === undefined) throw new InvalidArgumentError('It must be true or false.')
    return word
  }
  if (option.optional && /^(true|false)$/i.test(text)) return word!
  if (!isRepeatable(option) || !text.startsWith('[')) return [text]
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('It must be one value, or a JSON list of texts.')
  }
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string'))
    throw new InvalidArgumentError('It must be one value, or a JSON list of texts.')
  return list
}
