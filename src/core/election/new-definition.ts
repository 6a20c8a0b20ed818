/**
 * What is asked of a definition when an election is made from it, besides the rules that hold
 * wherever one is read (definition-rules.ts): texts that show something and look like no other
 * option of their contest. Elections made before these rules stay readable. Pure.
 */
import { sight } from './confusables.ts'
import type { DefinitionFile, OptionFile } from './definition.ts'
import type { DefinitionError } from './definition-rules.ts'
import { textsOf } from './definition-texts.ts'
import { folded, isSeen, textTrouble } from './look-alike.ts'
import type { Text } from './text.ts'

/** @param file one that `definitionErrors` has nothing against */
export function newDefinitionErrors(file: DefinitionFile): DefinitionError[] {
  const errors: DefinitionError[] = []
  for (const { pointer, text } of textsOf(file))
    for (const [at, wording] of placesIn(text, pointer)) {
      const message = textTrouble(wording)
      if (message !== undefined) errors.push({ pointer: at, message })
    }
  return [...errors, ...file.contests.flatMap(({ options }, i) => lookAlikes(options, `/contests/${i}`))]
}

/** Options of which one would be taken for another, in any language. */
function lookAlikes(options: readonly OptionFile[], at: string): DefinitionError[] {
  const errors: DefinitionError[] = []
  const owner = new Map<string, { readonly option: number; readonly wording: string }>()
  for (const [j, { name }] of options.entries()) {
    const pointer = `${at}/options/${j}/name`
    for (const [place, wording] of placesIn(name, pointer)) {
      // Two that show nothing are told so already.
      if (!isSeen(wording)) continue
      const looks = [`=${folded(wording)}`, `~${sight(wording)}`]
      const other = looks.map((look) => owner.get(look)).find((found) => found && found.option !== j)
      if (other !== undefined)
        errors.push({
          pointer: place,
          message: `"${wording}" looks like "${other.wording}", option ${other.option + 1}: voters could not tell them apart`,
        })
      for (const look of looks) if (!owner.has(look)) owner.set(look, { option: j, wording })
    }
  }
  return errors
}

function placesIn(text: Text, pointer: string): readonly (readonly [pointer: string, wording: string])[] {
  return typeof text === 'string'
    ? [[pointer, text]]
    : Object.entries(text).map(([tag, wording]) => [`${pointer}/${tag}`, wording])
}
