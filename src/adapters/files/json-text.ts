/**
 * JSON that people write: parsed strictly, with a line and a column for whatever is wrong with it,
 * and what JSON's grammar lets through and no reader should have to guess at.
 */
import {
  createScanner,
  type Node,
  type ParseError,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
  type SyntaxKind,
} from 'jsonc-parser'
import { BadInput } from './bad-input.ts'

/** What people write nests five deep; the parser is recursive. */
const MAX_DEPTH = 64
const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }
const WITH_COMMENTS = { disallowComments: false, allowTrailingComma: true, allowEmptyContent: false }

export interface JsonProblem {
  /** Into the text. */
  readonly offset: number
  readonly message: string
}

export interface JsonText {
  readonly tree: Node
  /** Refuses the text for what is found in it, each with its place. @throws {BadInput} */
  readonly refuseIfAny: (found: readonly JsonProblem[]) => void
}

/**
 * @param path what to call it in messages
 * @throws {BadInput}
 */
export function readJson(path: string, text: string, { comments = false } = {}): JsonText {
  if (text.trim() === '') throw new BadInput(path, [{ message: 'is empty' }])
  const place = placesIn(text)
  const refuseIfAny = (found: readonly JsonProblem[]): void => {
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
  const tree = parseTree(text, errors, comments ? WITH_COMMENTS : STRICT)
  // One slip makes the parser stumble over what follows it: only the first is worth telling.
  const [slip] = errors
  if (slip !== undefined) refuseIfAny([{ offset: slip.offset, message: syntaxWords(slip.error) }])
  if (tree === undefined) throw new BadInput(path, [{ message: 'is not JSON' }])
  refuseIfAny(treeProblems(tree, place))
  return { tree, refuseIfAny }
}

/** Lines and columns, from 1, of offsets. */
export function placesIn(text: string): (offset: number) => { line: number; column: number } {
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
