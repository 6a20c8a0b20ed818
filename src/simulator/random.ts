/**
 * A small seeded generator, sfc32 (Chris Doty-Humphrey, PractRand): the same seed plans the same
 * run on any machine. For traffic only, never for anything secret.
 */
export interface Random {
  /** An unsigned 32-bit integer. */
  readonly uint32: () => number
  /** In [0, 1), 32 bits of it. */
  readonly fraction: () => number
  /** An integer in [0, below). */
  readonly below: (below: number) => number
  /** So many lower-case hexadecimal digits. */
  readonly hex: (digits: number) => string
}

/**
 * @param seed a non-negative safe integer
 * @param stream numbers of one stream do not depend on how many were drawn from another
 */
export function seededRandom(seed: number, stream = 0): Random {
  let a = stream >>> 0
  let b = seed >>> 0
  let c = Math.floor(seed / 2 ** 32) >>> 0
  let counter = 1

  const uint32 = (): number => {
    const out = (a + b + counter) >>> 0
    counter = (counter + 1) >>> 0
    a = (b ^ (b >>> 9)) >>> 0
    b = (c + (c << 3)) >>> 0
    c = (((c << 21) | (c >>> 11)) + out) >>> 0
    return out
  }
  // Neighbouring seeds start out alike; these rounds part them.
  for (let round = 0; round < 20; round++) uint32()

  const fraction = () => uint32() / 2 ** 32
  const below = (limit: number) => Math.floor(fraction() * limit)
  const hex = (digits: number): string => {
    let text = ''
    while (text.length < digits) text += uint32().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }
  return { uint32, fraction, below, hex }
}
