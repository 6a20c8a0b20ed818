/**
 * An election definition, a JSON file: read, checked against the schema and the rules beyond it,
 * and every problem told with its line, its field and words that need no knowledge of JSON schemas.
 */
import { findNodeAtLocation, type Node } from 'jsonc-parser'
import { type DefinitionFile, type Election, electionFrom } from '../../core/election/definition.ts'
import { type DefinitionError, definitionErrors } from '../../core/election/definition-rules.ts'
import { DefinitionSchema } from '../../core/election/definition-schema.ts'
import { newDefinitionErrors } from '../../core/election/new-definition.ts'
import { BadInput } from './bad-input.ts'
import { schemaProblems } from './definition-words.ts'
import { openInput, utf8Chunks } from './input-file.ts'
import { readJson } from './json-text.ts'

const MAX_BYTES = 16 * 1024 * 1024

export interface ReadDefinition {
  readonly file: DefinitionFile
  readonly election: Election
  /** The file as it was written, without a byte order mark. */
  readonly text: string
}

/** @throws {BadInput} */
export async function readDefinition(path: string): Promise<ReadDefinition> {
  return described(path, await readText(path), definitionErrors)
}

/**
 * A definition that an election is to be made from, which is asked more than one that an election
 * was made from.
 * @throws {BadInput}
 */
export async function readNewDefinition(path: string): Promise<ReadDefinition> {
  return described(path, await readText(path), allErrors)
}

type Rules = (file: DefinitionFile) => readonly DefinitionError[]

function described(path: string, text: string, rules: Rules): ReadDefinition {
  const file = parseDefinition(path, text, rules)
  return { file, election: electionFrom(file), text }
}

const allErrors: Rules = (file) => {
  const errors = definitionErrors(file)
  return errors.length > 0 ? errors : newDefinitionErrors(file)
}

async function readText(path: string): Promise<string> {
  const input = await openInput(path)
  try {
    if (input.sizeBytes > MAX_BYTES)
      throw new BadInput(path, [{ message: `is larger than ${MAX_BYTES >> 20} MiB` }])
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of utf8Chunks(input, 'save it again as UTF-8')) {
      chunks.push(chunk)
      size += chunk.length
      if (size > MAX_BYTES) throw new BadInput(path, [{ message: `is larger than ${MAX_BYTES >> 20} MiB` }])
    }
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    await input.handle.close()
  }
}

/**
 * A definition from its text.
 * @param path what to call it in messages
 * @param rules those beyond the schema
 * @throws {BadInput}
 */
export function parseDefinition(path: string, text: string, rules: Rules = definitionErrors): DefinitionFile {
  const { tree, refuseIfAny } = readJson(path, text)
  const value = JSON.parse(text) as DefinitionFile
  const offsetOf = (pointer: readonly (string | number)[]) => nearest(tree, pointer).offset
  refuseIfAny(
    schemaProblems(DefinitionSchema, value).map(({ at, member, message }) => ({
      offset: member === undefined ? offsetOf(at) : memberOffset(nearest(tree, at), member),
      message: `${fieldName(member === undefined ? at : [...at, member])} ${message}`,
    })),
  )
  refuseIfAny(
    rules(value).map(({ pointer, message }) => {
      const at = segments(pointer)
      return { offset: offsetOf(at), message: `${fieldName(at)} ${message}` }
    }),
  )
  return value
}

/** `contests[0].options[2].id` */
function fieldName(at: readonly (string | number)[]): string {
  let name = ''
  for (const segment of at) {
    if (typeof segment === 'number') name += `[${segment}]`
    else name += name === '' ? segment : `.${segment}`
  }
  return name === '' ? 'the definition' : name
}

function segments(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment))
}

/** The node at a place, or where there is none, the one it would stand in. */
function nearest(tree: Node, at: readonly (string | number)[]): Node {
  for (let length = at.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, at.slice(0, length))
    if (node !== undefined) return node
  }
  return tree
}

function memberOffset(object: Node, member: string): number {
  const property = object.children?.find((child) => child.children?.[0]?.value === member)
  return (property ?? object).offset
}
