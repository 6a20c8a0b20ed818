/** Selects the ballots with the lowest draws without sorting all of them. */

/**
 * The bytes of a draw that one number holds exactly (48 bits). Draws that are equal in them are
 * compared in full.
 */
const KEY_BYTES = 6

export interface Drawn {
  readonly lowest: number[]
  readonly others: number[]
}

/**
 * Selects the `count` ballots with the lowest draws.
 * @param places the ballots, as numbers that `drawAt` accepts
 * @param count at most `places.length`
 * @param drawAt returns a ballot's draw: at least six characters, each below U+0100. It is called a
 *   second time only for ties
 */
export function lowestDraws(
  places: readonly number[],
  count: number,
  drawAt: (place: number) => string,
): Drawn {
  if (count === 0) return { lowest: [], others: [...places] }
  const keys = Float64Array.from(places, (place) => keyOf(drawAt(place)))
  const last = keys.slice().sort()[count - 1]!
  const lowest: number[] = []
  const others: number[] = []
  const tied: number[] = []
  for (let i = 0; i < places.length; i++) {
    const key = keys[i]!
    if (key < last) lowest.push(places[i]!)
    else if (key > last) others.push(places[i]!)
    else tied.push(places[i]!)
  }
  const inOrder =
    tied.length === 1
      ? tied
      : tied
          .map((place) => ({ place, draw: drawAt(place) }))
          .sort((a, b) => (a.draw < b.draw ? -1 : a.draw > b.draw ? 1 : 0))
          .map(({ place }) => place)
  const missing = count - lowest.length
  lowest.push(...inOrder.slice(0, missing))
  others.push(...inOrder.slice(missing))
  return { lowest, others }
}

function keyOf(draw: string): number {
  let key = 0
  for (let i = 0; i < KEY_BYTES; i++) key = key * 256 + draw.charCodeAt(i)
  return key
}
