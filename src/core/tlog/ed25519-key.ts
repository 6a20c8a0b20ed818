/**
 * Which 32 bytes are an Ed25519 public key that only its owner can sign for (RFC 8032 section 5.1).
 * Implementations differ in what else they take: under a key of small order some accept signatures
 * that nobody made, and under one that is partly of small order two of them can disagree about one
 * signature. Such evidence convinces nobody, so such keys are refused here, once, for the command
 * and the page. Pure.
 */

const P = 2n ** 255n - 19n
/** The order of the group that keys are in. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n
const SQRT_MINUS_1 = 19681161376707505956807079304988542015446066515923890162744021073123829784752n
const KEY_BYTES = 32

/** Extended coordinates (RFC 8032 section 5.1.4): x = X/Z, y = Y/Z, T = XY/Z. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint]

/**
 * The last answers: a key costs some milliseconds, and checkpoints ask for the same one again and
 * again.
 */
const answers = new Map<string, boolean>()
const MOST_ANSWERS = 64

/**
 * Whether the bytes are a key: written in the one way, a point of the curve, in the group of prime
 * order, not neutral.
 */
export function isEd25519Key(bytes: Uint8Array): boolean {
  const name = bytes.join()
  let answer = answers.get(name)
  if (answer === undefined) {
    answer = isKey(bytes)
    if (answers.size >= MOST_ANSWERS) answers.clear()
    answers.set(name, answer)
  }
  return answer
}

function isKey(bytes: Uint8Array): boolean {
  const point = bytes.length === KEY_BYTES ? decoded(bytes) : undefined
  return point !== undefined && !isNeutral(point) && isNeutral(times(L, point))
}

/** RFC 8032 section 5.1.3, with nothing let through that another encoding says too. */
function decoded(bytes: Uint8Array): Point | undefined {
  let number = 0n
  for (let i = KEY_BYTES - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i]!)
  const sign = number >> 255n
  const y = number & (2n ** 255n - 1n)
  if (y >= P) return undefined
  const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)]
  const v3 = mod(v * v * v)
  let x = mod(u * v3 * power(mod(u * v3 * v3 * v), (P - 5n) / 8n))
  const check = mod(v * x * x)
  if (check === mod(-u)) x = mod(x * SQRT_MINUS_1)
  else if (check !== u) return undefined
  if (x === 0n && sign === 1n) return undefined
  if ((x & 1n) !== sign) x = P - x
  return [x, y, 1n, mod(x * y)]
}

function isNeutral([x, y, z]: Point): boolean {
  return x === 0n && y === z
}

function times(factor: bigint, point: Point): Point {
  let sum: Point = [0n, 1n, 1n, 0n]
  for (let bit = factor.toString(2).length - 1; bit >= 0; bit--) {
    sum = added(sum, sum)
    if ((factor >> BigInt(bit)) & 1n) sum = added(sum, point)
  }
  return sum
}

/** RFC 8032 section 5.1.4: complete, so also for a point and itself. */
function added([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2))
  const b = mod((y1 + x1) * (y2 + x2))
  const c = mod(2n * t1 * D * t2)
  const d = mod(2n * z1 * z2)
  const [e, f, g, h] = [b - a, d - c, d + c, b + a]
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)]
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let bit = exponent.toString(2).length - 1; bit >= 0; bit--) {
    result = mod(result * result)
    if ((exponent >> BigInt(bit)) & 1n) result = mod(result * base)
  }
  return result
}

function mod(number: bigint): bigint {
  const rest = number % P
  return rest < 0n ? rest + P : rest
}
