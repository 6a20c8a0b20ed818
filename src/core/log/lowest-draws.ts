/** Which of some ballots have the lowest draws, without putting all of them in order. No I/O. */

/**
 * Of a draw that a number holds exactly: 48 bits. Draws that agree in so much are compared in full.
 */
const KEY_BYTES = 6

export interface Drawn {
  readonly lowest: number[]
  readonly others: number[]
}

/**
 * @param places ballots, by whatever number `drawAt` takes
 * @param count how many are lowest, at most `places.length`
 * @param drawAt a text whose characters are below U+0100, at least six of them; called again only
 *   for ties
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
