/**
 * An election definition, a JSON file: read, checked against the schema and the rules beyond it, and every problem
 * told with its line, its field and words that need no knowledge of JSON schemas.
 */
import {
  createScanner,
  findNodeAtLocation,
  type Node,
  type ParseError,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
  type SyntaxKind,
} from 'jsonc-parser'
import { type DefinitionFile, type Election, electionFrom } from '../../core/election/definition.ts'
import { definitionErrors } from '../../core/election/definition-rules.ts'
import { DefinitionSchema } from '../../core/election/definition-schema.ts'
import { BadInput, type InputProblem } from './bad-input.ts'
import { schemaProblems } from './definition-words.ts'
import { openInput, utf8Chunks } from './input-file.ts'

const MAX_BYTES = 16 * 1024 * 1024
/** A definition nests five deep; the parser is recursive. */
const MAX_DEPTH = 64
const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }

export interface ReadDefinition {
  readonly file: DefinitionFile
  readonly election: Election
  /** The file as it was written, without a byte order mark. */
  readonly text: string
}

/** @throws {BadInput} */
export async function readDefinition(path: string): Promise<ReadDefinition> {
  const text = await readText(path)
  const file = parseDefinition(path, text)
  return { file, election: electionFrom(file), text }
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
 * @throws {BadInput}
 */
export function parseDefinition(path: string, text: string): DefinitionFile {
  if (text.trim() === '') throw new BadInput(path, [{ message: 'is empty' }])
  const place = placesIn(text)
  const refuseIfAny = (found: readonly (InputProblem & { offset: number })[]) => {
    if (found.length === 0) return
    const ordered = found.toSorted((a, b) => a.offset - b.offset)
    throw new BadInput(
      path,
      ordered.map(({ offset, message }) => ({ ...place(offset), message })),
    )
  }

  const tooDeep = depthTrouble(text)
  if (tooDeep !== undefined) refuseIfAny([{ offset: tooDeep, message: `is nested deeper than ${MAX_DEPTH}` }])
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, STRICT)
  // One slip makes the parser stumble over what follows it: only the first is worth telling.
  const [slip] = errors
  if (slip !== undefined) refuseIfAny([{ offset: slip.offset, message: syntaxWords(slip.error) }])
  if (tree === undefined) throw new BadInput(path, [{ message: 'is not JSON' }])
  refuseIfAny(treeProblems(tree, place))

  const value = JSON.parse(text) as DefinitionFile
  const offsetOf = (pointer: readonly (string | number)[]) => nearest(tree, pointer).offset
  refuseIfAny(
    schemaProblems(DefinitionSchema, value).map(({ at, member, message }) => ({
      offset: member === undefined ? offsetOf(at) : memberOffset(nearest(tree, at), member),
      message: `${fieldName(member === undefined ? at : [...at, member])} ${message}`,
    })),
  )
  refuseIfAny(
    definitionErrors(value).map(({ pointer, message }) => {
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

/** Lines and columns, from 1, of offsets. */
function placesIn(text: string): (offset: number) => { line: number; column: number } {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let line = starts.findLastIndex((start) => start <= offset)
    if (line < 0) line = 0
    return { line: line + 1, column: offset - starts[line]! + 1 }
  }
}

const OPEN_BRACE = 1 satisfies SyntaxKind.OpenBraceToken
const CLOSE_BRACE = 2 satisfies SyntaxKind.CloseBraceToken
const OPEN_BRACKET = 3 satisfies SyntaxKind.OpenBracketToken
const CLOSE_BRACKET = 4 satisfies SyntaxKind.CloseBracketToken
const END = 17 satisfies SyntaxKind.EOF

/** The offset where brackets are nested too deep, if they are. */
function depthTrouble(text: string): number | undefined {
  const scanner = createScanner(text, true)
  let depth = 0
  for (;;) {
    const token: number = scanner.scan()
    if (token === END) return undefined
    if (token === OPEN_BRACE || token === OPEN_BRACKET) depth++
    if (token === CLOSE_BRACE || token === CLOSE_BRACKET) depth--
    if (depth > MAX_DEPTH) return scanner.getTokenOffset()
  }
}

/** What JSON's grammar lets through and no reader should have to guess at. */
function treeProblems(tree: Node, place: (offset: number) => { line: number }) {
  const problems: { offset: number; message: string }[] = []
  const waiting = [tree]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.type === 'string' && !(node.value as string).isWellFormed())
      problems.push({ offset: node.offset, message: 'half a character: \\ud800 to \\udfff come in pairs' })
    if (node.type === 'object') problems.push(...repeatedMembers(node, place))
    for (const child of node.children ?? []) waiting.push(child)
  }
  return problems
}

function* repeatedMembers(object: Node, place: (offset: number) => { line: number }) {
  const first = new Map<string, number>()
  for (const property of object.children ?? []) {
    const member = property.children![0]!.value as string
    const other = first.get(member)
    if (other === undefined) first.set(member, property.offset)
    else {
      const message = `${member} is here twice, first on line ${place(other).line}`
      yield { offset: property.offset, message }
    }
  }
}

function syntaxWords(code: ParseErrorCode): string {
  const words: Record<string, string> = {
    InvalidSymbol: 'this is not JSON: text must stand in double quotation marks',
    InvalidNumberFormat: 'this is not a number as JSON writes it',
    PropertyNameExpected:
      'a field name in double quotation marks is expected here (is there a comma too many before?)',
    ValueExpected: 'a value is expected here (is there a comma too many before?)',
    ColonExpected: 'a colon is expected here, between a field name and its value',
    CommaExpected: 'a comma is expected here, or a bracket is missing before',
    CloseBraceExpected: 'a closing brace } is missing',
    CloseBracketExpected: 'a closing bracket ] is missing',
    EndOfFileExpected: 'there is something after the end of the definition',
    InvalidCommentToken: 'JSON has no comments: take this one out',
    UnexpectedEndOfComment: 'JSON has no comments: take this one out',
    UnexpectedEndOfString: 'this text has no closing quotation mark on its line',
    UnexpectedEndOfNumber: 'this number breaks off',
    InvalidUnicode: '\\u must be followed by four hexadecimal digits',
    InvalidEscapeCharacter: 'a backslash must be followed by one of " \\ / b f n r t u',
    InvalidCharacter: 'a control character (a tab, perhaps) stands inside a text',
  }
  return words[printParseErrorCode(code)] ?? 'this is not JSON'
}
