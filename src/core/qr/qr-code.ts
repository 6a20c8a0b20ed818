/**
 * QR codes (ISO/IEC 18004): bytes in, black and white modules out. Byte mode, error correction
 * level M, the smallest of the 40 versions that holds the text. No I/O, no rendering.
 */
import { utf8 } from '../election/text-bytes.ts'

/**
 * Per version 1 to 40 at level M: error correction bytes in a block (28 from version 22 on), and
 * blocks.
 */
const EC_BYTES = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26]
const BLOCKS = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29,
  31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
]
const BYTE_MODE = 0b0100
const FORMAT_GENERATOR = 0x537
const FORMAT_MASK = 0x5412
const VERSION_GENERATOR = 0x1f25

/** Rows of modules, true is dark, without the quiet zone of four that a picture must add. */
export type QrCode = readonly (readonly boolean[])[]

/** @throws RangeError for text of more than 2331 bytes */
export function qrCode(text: string): QrCode {
  const data = utf8(text)
  let version = 1
  while (data.length > capacityBytes(version)) if (++version > 40) throw new RangeError('too long')
  const grid = new Grid(version)
  grid.place(interleaved(dataBytes(data, version), version))
  return grid.masked()
}

function lengthBits(version: number): number {
  return version < 10 ? 8 : 16
}

function capacityBytes(version: number): number {
  return Math.floor((dataLength(version) * 8 - 4 - lengthBits(version)) / 8)
}

function ecBytes(version: number): number {
  return EC_BYTES[version - 1] ?? 28
}

function dataLength(version: number): number {
  return Math.floor(rawModules(version) / 8) - ecBytes(version) * BLOCKS[version - 1]!
}

/** Modules left when all that is fixed is drawn. */
function rawModules(version: number): number {
  let modules = (16 * version + 128) * version + 64
  if (version >= 2) {
    const aligned = Math.floor(version / 7) + 2
    modules -= (25 * aligned - 10) * aligned - 55
    if (version >= 7) modules -= 36
  }
  return modules
}

function dataBytes(data: readonly number[], version: number): number[] {
  const total = dataLength(version)
  const bits = [BYTE_MODE, data.length, ...data].flatMap((value, i) =>
    bitsOf(value, i === 0 ? 4 : i === 1 ? lengthBits(version) : 8),
  )
  bits.push(...new Array(Math.min(4, total * 8 - bits.length)).fill(0))
  while (bits.length % 8 !== 0) bits.push(0)
  const bytes: number[] = []
  for (let i = 0; i < bits.length; i += 8)
    bytes.push(bits.slice(i, i + 8).reduce((byte, bit) => byte * 2 + bit))
  for (let pad = 0xec; bytes.length < total; pad ^= 0xec ^ 0x11) bytes.push(pad)
  return bytes
}

function bitsOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (value >> (count - 1 - i)) & 1)
}

/** Blocks with their error correction, a byte of each in turn. */
function interleaved(data: readonly number[], version: number): number[] {
  const count = BLOCKS[version - 1]!
  const ecLength = ecBytes(version)
  const short = Math.floor(data.length / count)
  const longs = data.length % count
  const divisor = generator(ecLength)
  const blocks = Array.from({ length: count }, (_, i) => {
    const from = i * short + Math.max(0, i - (count - longs))
    return data.slice(from, from + short + (i >= count - longs ? 1 : 0))
  })
  const checks = blocks.map((block) => remainder(block, divisor))
  const all: number[] = []
  for (let i = 0; i <= short; i++) for (const block of blocks) if (i < block.length) all.push(block[i]!)
  for (let i = 0; i < ecLength; i++) for (const check of checks) all.push(check[i]!)
  return all
}

/** The product of (x − 2^i) over GF(256), without its leading 1. */
function generator(degree: number): number[] {
  const divisor = [...new Array<number>(degree - 1).fill(0), 1]
  for (let i = 0, root = 1; i < degree; i++, root = product(root, 2))
    for (let j = 0; j < degree; j++) divisor[j] = product(divisor[j]!, root) ^ (divisor[j + 1] ?? 0)
  return divisor
}

function remainder(data: readonly number[], divisor: readonly number[]): number[] {
  const rest = new Array<number>(divisor.length).fill(0)
  for (const byte of data) {
    const factor = byte ^ rest.shift()!
    rest.push(0)
    for (let i = 0; i < divisor.length; i++) rest[i]! ^= product(divisor[i]!, factor)
  }
  return rest
}

/** Product in GF(256), x⁸+x⁴+x³+x²+1. */
function product(a: number, b: number): number {
  let result = 0
  for (let i = 7; i >= 0; i--) result = (result << 1) ^ ((result >> 7) * 0x11d) ^ (((b >> i) & 1) * a)
  return result
}

const MASKS: readonly ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
]

class Grid {
  readonly #version: number
  readonly #size: number
  readonly #dark: boolean[][]
  readonly #fixed: boolean[][]

  constructor(version: number) {
    this.#version = version
    this.#size = version * 4 + 17
    const blank = () => Array.from({ length: this.#size }, () => new Array<boolean>(this.#size).fill(false))
    this.#dark = blank()
    this.#fixed = blank()
    this.#drawFixed()
  }

  #set(x: number, y: number, dark: boolean): void {
    if (this.#dark[y]?.[x] === undefined) return
    this.#dark[y]![x] = dark
    this.#fixed[y]![x] = true
  }

  #drawFixed(): void {
    const size = this.#size
    for (let i = 0; i < size; i++) {
      this.#set(6, i, i % 2 === 0)
      this.#set(i, 6, i % 2 === 0)
    }
    // Alignment patterns before the finders, which lie over the three that would touch them.
    const places = alignmentPlaces(this.#version)
    const last = places.length - 1
    for (const [i, x] of places.entries())
      for (const [j, y] of places.entries())
        if (!((i === 0 && (j === 0 || j === last)) || (i === last && j === 0))) this.#square(x, y, 2, [1])
    for (const [x, y] of [
      [3, 3],
      [size - 4, 3],
      [3, size - 4],
    ] as const)
      this.#square(x, y, 4, [2, 4])
    this.#drawFormat(0)
    if (this.#version >= 7) {
      const bits = withRemainder(this.#version, 12, VERSION_GENERATOR)
      for (let i = 0; i < 18; i++) {
        const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)]
        this.#set(a, b, bitAt(bits, i))
        this.#set(b, a, bitAt(bits, i))
      }
    }
  }

  /** Dark but for the rings at the distances given. */
  #square(x: number, y: number, radius: number, light: readonly number[]): void {
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++)
        this.#set(x + dx, y + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))))
  }

  #drawFormat(mask: number): void {
    // Level M is 00 in the two bits before the mask's.
    const bits = withRemainder(mask, 10, FORMAT_GENERATOR) ^ FORMAT_MASK
    const size = this.#size
    for (let i = 0; i < 15; i++) {
      const dark = bitAt(bits, i)
      // Round the first finder, stepping over the timing patterns; then beside the other two.
      if (i < 8) {
        this.#set(8, i < 6 ? i : i + 1, dark)
        this.#set(size - 1 - i, 8, dark)
      } else {
        this.#set(i === 8 ? 7 : 14 - i, 8, dark)
        this.#set(8, size - 15 + i, dark)
      }
    }
    this.#set(8, size - 8, true)
  }

  /** Bits in columns of two, from the right, up and down in turn. */
  place(bytes: readonly number[]): void {
    let i = 0
    for (let right = this.#size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5
      const upward = ((right + 1) & 2) === 0
      for (let step = 0; step < this.#size; step++) {
        const y = upward ? this.#size - 1 - step : step
        for (const x of [right, right - 1]) {
          if (this.#fixed[y]![x]) continue
          if (i < bytes.length * 8) this.#dark[y]![x] = bitAt(bytes[i >> 3]!, 7 - (i & 7))
          i++
        }
      }
    }
  }

  /** The picture under the mask that scanners have least trouble with. */
  masked(): boolean[][] {
    const pictures = MASKS.map((light, mask) => {
      this.#drawFormat(mask)
      return this.#dark.map((row, y) =>
        row.map((dark, x) => (this.#fixed[y]![x] ? dark : dark !== (light(x, y) === 0))),
      )
    })
    return pictures.reduce((best, next) => (penalty(next) < penalty(best) ? next : best))
  }
}

function alignmentPlaces(version: number): number[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2
  return [6, ...Array.from({ length: count - 1 }, (_, i) => version * 4 + 10 - (count - 2 - i) * step)]
}

/** A value with the remainder of its division by a generator of `degree` behind it. */
function withRemainder(value: number, degree: number, divisor: number): number {
  let rest = value
  for (let i = 0; i < degree; i++) rest = (rest << 1) ^ ((rest >> (degree - 1)) * divisor)
  return (value << degree) | rest
}

function bitAt(bits: number, i: number): boolean {
  return ((bits >> i) & 1) === 1
}

/**
 * The four penalties of the standard (7.8.3): runs, squares, patterns like a finder's, imbalance.
 */
function penalty(picture: readonly (readonly boolean[])[]): number {
  const size = picture.length
  let score = 0
  let darks = 0
  const rows = picture.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''))
  const columns = picture.map((_, x) => rows.map((row) => row[x]).join(''))
  for (const line of [...rows, ...columns]) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) score += run.length - 2
    score += 40 * (line.match(/(?=10111010000|00001011101)/g) ?? []).length
  }
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const dark = picture[y]![x]
      if (dark) darks++
      const same = (dx: number, dy: number) => picture[y + dy]?.[x + dx] === dark
      if (same(1, 0) && same(0, 1) && same(1, 1)) score += 3
    }
  return score + Math.floor(Math.abs((darks * 20) / (size * size) - 10)) * 10
}
