/**
 * Reads from an ELF file which shared libraries a 64-bit Linux program needs, so that an image can
 * be made for any processor on any other.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

const INTERPRETER = 3
const DYNAMIC = 2
const LOADED = 1
const NEEDED = 1n
const STRINGS = 5n
/** `e_machine` by Node's names of processors. */
const MACHINES = { x64: 62, arm64: 183 }

/**
 * @param file a program or library
 * @returns machine (`e_machine`), path of the loader or undefined, names of the needed libraries
 * @throws Error if it is not a 64-bit little-endian ELF file
 */
export function readElf(file) {
  const bytes = readFileSync(file)
  if (bytes.toString('latin1', 0, 6) !== '\x7fELF\x02\x01')
    throw new Error(`${file} is not a 64-bit Linux program`)
  const segments = segmentsOf(bytes)
  const interpreter = segments.find(({ type }) => type === INTERPRETER)
  const dynamic = segments.find(({ type }) => type === DYNAMIC)
  return {
    machine: bytes.readUInt16LE(18),
    interpreter: interpreter && textAt(bytes, interpreter.offset),
    needed: dynamic ? neededBy(bytes, segments, dynamic) : [],
  }
}

function segmentsOf(bytes) {
  const start = Number(bytes.readBigUInt64LE(32))
  const size = bytes.readUInt16LE(54)
  return Array.from({ length: bytes.readUInt16LE(56) }, (_, i) => {
    const at = start + i * size
    const number = (offset) => Number(bytes.readBigUInt64LE(at + offset))
    return { type: bytes.readUInt32LE(at), offset: number(8), address: number(16), size: number(32) }
  })
}

function neededBy(bytes, segments, { offset, size }) {
  const entries = []
  for (let at = offset; at < offset + size; at += 16)
    entries.push({ tag: bytes.readBigUInt64LE(at), value: Number(bytes.readBigUInt64LE(at + 8)) })
  const address = entries.find(({ tag }) => tag === STRINGS)?.value
  const holds = ({ type, address: from, size: length }) =>
    type === LOADED && address >= from && address < from + length
  const segment = segments.find(holds)
  if (segment === undefined) return []
  const strings = address - segment.address + segment.offset
  return entries.filter(({ tag }) => tag === NEEDED).map(({ value }) => textAt(bytes, strings + value))
}

function textAt(bytes, at) {
  return bytes.toString('latin1', at, bytes.indexOf(0, at))
}

/**
 * Returns the program without its symbol table, which only native debuggers read. The bytes that
 * are loaded into memory stay the same.
 */
export function withoutSymbols(bytes) {
  const end = Math.max(...segmentsOf(bytes).map(({ offset, size }) => offset + size))
  const kept = Buffer.from(bytes.subarray(0, end))
  // The section table is removed: clear its offset and its length.
  kept.writeBigUInt64LE(0n, 40)
  kept.fill(0, 58, 64)
  return kept
}

/**
 * Returns all libraries that a program needs, directly or not, and the loader.
 * @param system a folder with `usr/lib` of the target system
 * @param processor the processor of all of them: `x64` or `arm64`
 * @returns files below `system`, by the path at which the program looks for them
 * @throws Error if a library is missing or for another processor
 */
export function librariesOf(program, system, processor) {
  const folders = foldersIn(system)
  const found = new Map()
  const { interpreter } = readElf(program)
  const waiting = [program]
  for (const file of waiting) {
    const { machine, needed } = readElf(file)
    if (machine !== MACHINES[processor]) throw new Error(`${file} is not for ${processor}`)
    for (const name of needed) {
      if (found.has(name)) continue
      const folder = folders.find((each) => existsSync(join(system, each, name)))
      if (folder === undefined) throw new Error(`${file} needs ${name}, which is not in ${system}`)
      found.set(name, { path: join(folder, name), file: realpathSync(join(system, folder, name)) })
      waiting.push(found.get(name).file)
    }
  }
  return { interpreter, libraries: [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** The folders that Debian's loader searches: its processor's, then the common one. */
function foldersIn(system) {
  const triplets = readdirSync(join(system, 'usr/lib')).filter((name) => /^\w+-linux-gnu$/.test(name))
  return [...triplets.map((name) => join('usr/lib', name)), 'usr/lib']
}
