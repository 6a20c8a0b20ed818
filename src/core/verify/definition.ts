/** The election a log's `definition.json` describes, as strictly as `init` reads a definition. Pure. */
import { Check } from 'typebox/schema'
import { type DefinitionFile, type Election, electionFrom } from '../election/definition.ts'
import { definitionErrors } from '../election/definition-rules.ts'
import { DefinitionSchema, MAX_PARAGRAPH } from '../election/definition-schema.ts'
import { membersOf, parseBounded } from '../log/bounded-json.ts'
import { Malformed } from '../tlog/malformed.ts'
import { utf8Text } from '../tlog/utf8.ts'
import { MOST_RESULT_BYTES, mostResultBytes } from './bounds.ts'

/** Code units of a paragraph in which each character is written as a pair of escapes. */
const MOST_TEXT = 12 * MAX_PARAGRAPH

/** @throws Malformed where it describes none, or where two readers could read two elections in it */
export function electionOf(definition: Uint8Array): Election {
  const text = utf8Text(definition)
  const file = parsed(text)
  if (!Check(DefinitionSchema, file)) throw new Malformed('the definition does not fit its schema')
  const [error] = definitionErrors(file as DefinitionFile)
  if (error !== undefined) throw new Malformed(`${error.pointer} ${error.message}`)
  const election = electionFrom(file as DefinitionFile)
  if (mostResultBytes(election) > MOST_RESULT_BYTES)
    throw new Malformed('no result of so many districts and contests can be compared')
  return election
}

function parsed(text: string): unknown {
  const { value, members } = parseBounded(text, { text: MOST_TEXT })
  // JSON.parse keeps the last of two members of one name, other readers the first.
  if (members !== membersOf(value)) throw new Malformed('a member stands in the definition twice')
  return value
}
