/**
 * The configuration file: JSON with comments and a key for each setting. Settings of a single
 * command are in an object with the command's name.
 */
import type { Stats } from 'node:fs'
import { getNodeValue, type Node } from 'jsonc-parser'
import { BadInput } from '../../adapters/files/bad-input.ts'
import { type JsonProblem, placesIn, readJson } from '../../adapters/files/json-text.ts'
import { readPlain } from '../../adapters/files/plain-file.ts'
import { nearestName } from '../../core/nearest-name.ts'
import { FILE_KEY_SUFFIX, holdsSecret } from './secrets.ts'
import type { Written } from './setting-value.ts'
import { DEFAULT_FILE, type Setting, WITHOUT_SETTINGS } from './settings.ts'

export interface FileSetting {
  readonly written: Written
  readonly line: number
  readonly column: number
}

export interface ConfigFile {
  readonly path: string
  /** By key. */
  readonly settings: ReadonlyMap<string, FileSetting>
}

const MOST_BYTES = 1024 * 1024
const OTHERS_WRITE = 0o002
const OTHERS_READ = 0o004

/**
 * @param isNamed whether the user named this file; otherwise it was found in the current folder
 * @param settings of every command
 * @throws {BadInput}
 */
export function readConfigFile(path: string, isNamed: boolean, settings: readonly Setting[]): ConfigFile {
  let mode = 0
  const bytes = readPlain(path, MOST_BYTES, (stat) => {
    refuseOfOthers(path, isNamed, stat)
    mode = stat.mode
  })
  if (bytes === undefined) throw new BadInput(path, [{ message: 'there is no such file' }])
  if (bytes.length > MOST_BYTES) throw new BadInput(path, [{ message: 'is larger than 1 MiB' }])
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
  const { tree, refuseIfAny } = readJson(path, text, { comments: true })
  if (tree.type !== 'object')
    refuseIfAny([{ offset: tree.offset, message: 'must be an object: { "data": "./data", … }' }])
  const found = [...membersOf(tree)]
  refuseIfAny([...keyProblems(found, settings)])
  const place = placesIn(text)
  const read = new Map(
    found.map(({ key, node }) => [key, { written: writtenAs(node), ...place(node.offset) }] as const),
  )
  const wrong = found.filter(({ key }) => read.get(key)!.written === undefined)
  refuseIfAny(
    wrong.map(({ key, node }) => ({
      offset: node.offset,
      message: `${key} must be a string, a number, true, false, or a list of strings`,
    })),
  )
  const file = { path, settings: read as ReadonlyMap<string, FileSetting> }
  if (process.platform !== 'win32' && (mode & OTHERS_READ) !== 0) refuseReadableSecrets(file, settings)
  return file
}

interface Member {
  readonly key: string
  /** The offset of the key in the file. */
  readonly offset: number
  /** The value. */
  readonly node: Node
}

function* membersOf(tree: Node, section = ''): Generator<Member> {
  for (const { children } of tree.children ?? []) {
    const [name, node] = children as [Node, Node]
    const key = section + (name.value as string)
    if (node.type === 'object' && section === '') yield* membersOf(node, `${key}.`)
    else yield { key, offset: name.offset, node }
  }
}

function writtenAs(node: Node): Written | undefined {
  const value: unknown = getNodeValue(node)
  const list = Array.isArray(value) ? value : [value]
  if (typeof value === 'boolean') return value
  return list.every((item) => typeof item === 'string' || typeof item === 'number')
    ? list.map(String)
    : undefined
}

function* keyProblems(found: readonly Member[], settings: readonly Setting[]): Generator<JsonProblem> {
  const known = new Set(
    settings.flatMap(({ key, secret }) => (secret ? [key, key + FILE_KEY_SUFFIX] : [key])),
  )
  const isDefinition = found.some(({ key }) => key === 'contests')
  for (const { key, offset } of found) {
    if (known.has(key)) continue
    const elsewhere = [...known].find((other) => other.endsWith(`.${key}`) || key.endsWith(`.${other}`))
    const near = elsewhere ?? nearestName(key, [...known])
    const way = near === undefined ? '"elections config" lists them' : `did you mean ${near}?`
    yield {
      offset,
      message: isDefinition
        ? `${key} is not a setting: if this is an election definition, rename it, because ` +
          `${DEFAULT_FILE} is the name of the configuration file`
        : `${key} is not a setting; ` +
          `${WITHOUT_SETTINGS.has(key.split('.')[0]!) ? 'that command has none' : way}`,
    }
  }
}

/** A file that another account put into the current folder must not decide where votes go. */
function refuseOfOthers(path: string, isNamed: boolean, { uid, mode }: Stats): void {
  if (process.platform === 'win32') return
  if ((mode & OTHERS_WRITE) !== 0)
    throw new BadInput(path, [
      {
        message:
          'every account of this machine can change it: run chmod o-w, or name another file with --config',
      },
    ])
  if (!isNamed && uid !== 0 && uid !== process.getuid!())
    throw new BadInput(path, [
      { message: 'belongs to another account: to use it anyway, name it with --config' },
    ])
}

function refuseReadableSecrets({ path, settings }: ConfigFile, known: readonly Setting[]): void {
  for (const { key, secret } of known) {
    const here = settings.get(key)
    if (secret === undefined || !Array.isArray(here?.written)) continue
    if (here.written.some((text) => holdsSecret(text, secret)))
      throw new BadInput(path, [
        {
          ...{ line: here.line, column: here.column },
          message:
            `${key} contains a password, and every account of this machine can read this file: ` +
            `run chmod 600, or name a file that has the password with ${key}${FILE_KEY_SUFFIX}`,
        },
      ])
  }
}
