/** The election a log's `definition.json` describes, as strictly as `init` reads a definition. Pure. */
import { Check } from 'typebox/schema'
import {
  type DefinitionFile,
  DefinitionSchema,
  definitionErrors,
  type Election,
  electionFrom,
} from '../election/definition.ts'
import { Malformed } from './malformed.ts'
import { utf8Text } from './utf8.ts'

const MEMBER_OR_STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g

/** @throws Malformed where it describes none, or where two readers could read two elections in it */
export function electionOf(definition: Uint8Array): Election {
  const text = utf8Text(definition)
  const file = parsed(text)
  if (!Check(DefinitionSchema, file)) throw new Malformed('the definition does not fit its schema')
  const [error] = definitionErrors(file as DefinitionFile)
  if (error !== undefined) throw new Malformed(`${error.pointer} ${error.message}`)
  return electionFrom(file as DefinitionFile)
}

function parsed(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Malformed('the definition is not JSON')
  }
  // JSON.parse keeps the last of two members of one name, other readers the first.
  const written = [...text.matchAll(MEMBER_OR_STRING)].filter(([, colon]) => colon !== undefined).length
  if (written !== membersOf(value)) throw new Malformed('a member stands in the definition twice')
  return value
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.values(value).reduce<number>((sum, each) => sum + membersOf(each), 0)
  return Array.isArray(value) ? inner : inner + Object.keys(value).length
}
