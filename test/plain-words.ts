/**
 * What a program can check of the style in CONTRIBUTING.md, section 6: phrases that readers trip
 * over, the width of prose and code, exported functions without a description.
 *
 *     node test/plain-words.ts [PATH ...]     # the findings below these paths, a line each
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Folders with prose of ours. */
const FOLDERS = [
  'src',
  'test',
  'bench',
  'deploy',
  'tools',
  'scripts',
  'docs',
  'examples',
  'schemas',
  '.github',
]
const WITH_PROSE = /\.(md|tsx?|js|css|py|go|java|sh|ya?ml|json|html|tpl)$/
/** Made by a program, or kept byte for byte: vectors, logs of an earlier version. */
const NOT_OURS =
  /^src\/client\/api-types\.ts$|^test\/log\/v1\/|\/vectors\/.*\.(json|txt)$|^test\/plain-words(\.test)?\.ts$|\/(node_modules|target|build|dist)\//

/** The style page says what to write instead. */
const PHRASES: readonly RegExp[] = [
  /\b(told|tells?|telling|untold)\b/i,
  /\b(whoever|everybody|nobody)\b/i,
  /\bwhere (it|there|nobody|none)\b/i,
  /\b(is|are) none\b|\bnone as\b|\bthere is none\b/i,
  /\banew\b/i,
  /\bso (long|many)\b/i,
  /\b(held|holds?|holding) (it |them )?against\b/i,
  /\b(is|are) (of )?no more\b|\bto be had\b/i,
]

const MOST_PROSE_COLUMNS = 100
/** The formatter's width: what is wider is a long text or a regular expression. */
const MOST_CODE_COLUMNS = 110

export interface Line {
  /** Below the project's folder, with forward slashes. */
  readonly path: string
  readonly number: number
  readonly text: string
}

export interface Findings {
  readonly files: number
  /** Lines with a phrase of the list, in a comment, a document or a text of the program. */
  readonly phrases: readonly Line[]
  /** Comments and paragraphs wider than 100 columns. */
  readonly wideProse: readonly Line[]
  /** Lines of TypeScript wider than 110 columns that are no comments. */
  readonly wideCode: readonly Line[]
  /** Exported functions of core and ports without a comment in front. */
  readonly undescribed: readonly Line[]
}

/** Reads the project, or what lies below `paths`. */
export function findings(paths: readonly string[] = []): Findings {
  const read = [...FOLDERS.flatMap(filesBelow), ...readdirSync(ROOT).filter((name) => name.endsWith('.md'))]
    .filter((path) => WITH_PROSE.test(path) && !NOT_OURS.test(path))
    .filter((path) => paths.length === 0 || paths.some((below) => path.startsWith(below)))
  const lines = read.flatMap(linesOf)
  return {
    files: read.length,
    phrases: lines.filter((line) => PHRASES.some((phrase) => phrase.test(sentences(line)))),
    wideProse: [...lines.filter(isComment), ...paragraphs(lines)].filter(isWideProse),
    wideCode: lines.filter(
      (line) => /\.tsx?$/.test(line.path) && !isComment(line) && columns(line) > MOST_CODE_COLUMNS,
    ),
    undescribed: lines.filter(isUndescribed),
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

function linesOf(path: string): Line[] {
  const texts = readFileSync(join(ROOT, path), 'utf8').split('\n')
  return texts.map((text, i) => ({ path, number: i + 1, text }))
}

/** Marks of Arabic and other scripts are written on the letter before them. */
const columns = ({ text }: Line) => [...text.replaceAll(/\p{Mn}/gu, '')].length
const isDocument = ({ path }: Line) => path.endsWith('.md')
const isScript = ({ path }: Line) => /\.(tsx?|js|css|go|java)$/.test(path)
const isComment = (line: Line) =>
  !isDocument(line) && (isScript(line) ? /^\s*(\/\*|\*|\/\/|\{\/\*)/ : /^\s*(#|<!--)/).test(line.text)
/** An instruction to a program, or an example: its line cannot be wrapped. */
const isFixed = ({ text }: Line) => /biome-ignore|@ts-expect-error|^\s*(\*|#|\/\/) {4,}|\S {3,}\S/.test(text)
/** Of more than a few words: an address that stands alone cannot be wrapped. */
const isWideProse = (line: Line) =>
  columns(line) > MOST_PROSE_COLUMNS && / \S+ \S+ /.test(line.text.trim()) && !isFixed(line)

/** Lines of Markdown outside code, tables and links that stand alone. */
function paragraphs(lines: readonly Line[]): Line[] {
  let fenced = false
  return lines.filter((line) => {
    if (!isDocument(line)) return false
    if (line.number === 1) fenced = false
    const isFence = /^\s*```/.test(line.text)
    if (isFence) fenced = !fenced
    return !fenced && !isFence && !/^( {4}|\t|\s*\||\s*\[[^\]]+\]:? ?\(?\S+\)?[,.]?$)/.test(line.text)
  })
}

/** The pairs of the style page show what not to write. */
const isExample = ({ path, text }: Line) => path === 'CONTRIBUTING.md' && /^\|[^|]+\|[^|]+\|$/.test(text)

/**
 * The words of a line that people read: of a comment, a document, a text with spaces; no names of
 * code.
 */
function sentences(line: Line): string {
  if (isExample(line)) return ''
  if (isDocument(line) || isComment(line)) return line.text.replaceAll(/`[^`]*`/g, '')
  const texts =
    line.text.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`?|\/\/ .*$|>[^<>{}]+</g) ?? []
  return texts.filter((text) => text.includes(' ')).join('\n')
}

function isUndescribed({ path, number, text }: Line, i: number, lines: readonly Line[]): boolean {
  if (!/^src\/(core|ports)\/.*\.ts$/.test(path) || /\.test\.ts$/.test(path)) return false
  return (
    /^export (async )?function\*? /.test(text) && !(number > 1 && lines[i - 1]!.text.trim().endsWith('*/'))
  )
}

/** A finding as a line that an editor can follow. */
export const lineOf = ({ path, number, text }: Line) => `${path}:${number}: ${text.trim()}`

if (import.meta.main) {
  const { phrases, wideProse, wideCode, undescribed } = findings(process.argv.slice(2))
  for (const [what, found] of Object.entries({ phrases, wideProse, wideCode, undescribed })) {
    for (const line of found) console.log(`${what}: ${lineOf(line)}`)
    console.log(`${what}: ${found.length}`)
  }
}
