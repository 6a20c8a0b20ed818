/**
 * What a vote costs each tier of a cluster, as a model: a part that is the same everywhere, one
 * that each gateway more brings, and one that each partition of `votes` brings. From it cores per
 * tier for a rate. Pure.
 */

/** One measurement: µs of processor per vote until counted, by tier. */
export interface Point {
  readonly gateways: number
  readonly partitions: number
  readonly micros: Readonly<Record<string, number>>
}

/** µs per vote of one tier. */
interface Tier {
  readonly base: number
  readonly perGateway: number
  readonly perPartition: number
}

export type SizingModel = Readonly<Record<string, Tier>>

/** Least squares over the points, tier by tier; a part that the points do not tell apart is 0. */
export function modelOf(points: readonly Point[]): SizingModel {
  const tiers = Object.keys(points[0]!.micros)
  return Object.fromEntries(tiers.map((tier) => [tier, fitted(points, (point) => point.micros[tier]!)]))
}

/** µs per vote by tier. */
export function predicted(model: SizingModel, gateways: number, partitions: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(model).map(([tier, { base, perGateway, perPartition }]) => [
      tier,
      Math.max(0, base + perGateway * gateways + perPartition * partitions),
    ]),
  )
}

/** How far each point is from what the others predict, as a part of it: 0.1 is 10 % off. */
export function errorsLeftOut(points: readonly Point[]): readonly number[] {
  return points.map((point, i) => {
    const others = points.filter((_, at) => at !== i)
    const told = sumOf(predicted(modelOf(others), point.gateways, point.partitions))
    return told / sumOf(point.micros) - 1
  })
}

/** Cores of each tier for votes a second, busy at most so far. */
export function coresFor(
  micros: Readonly<Record<string, number>>,
  votesPerSecond: number,
  busy: number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(micros).map(([tier, each]) => [tier, (votesPerSecond * each) / 1e6 / busy]),
  )
}

export const sumOf = (micros: Readonly<Record<string, number>>): number =>
  Object.values(micros).reduce((sum, each) => sum + each, 0)

/** By the normal equations of up to three unknowns, over factors that vary among the points. */
function fitted(points: readonly Point[], value: (point: Point) => number): Tier {
  const factors = (['gateways', 'partitions'] as const).filter(
    (factor) => new Set(points.map((point) => point[factor])).size > 1,
  )
  const rows = points.map((point) => [1, ...factors.map((factor) => point[factor])])
  const left = rows[0]!.map((_, i) =>
    rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  )
  const right = rows[0]!.map((_, i) => rows.reduce((sum, row, at) => sum + row[i]! * value(points[at]!), 0))
  const [base, ...slopes] = solved(left, right) as [number, ...number[]]
  const slope = (factor: 'gateways' | 'partitions') => slopes[factors.indexOf(factor)] ?? 0
  return { base, perGateway: slope('gateways'), perPartition: slope('partitions') }
}

/** Gauss's elimination; the matrix is not singular where the factors vary by themselves. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!])
  const size = rows.length
  for (let at = 0; at < size; at++) {
    const best = rows
      .slice(at)
      .reduce((top, row, i) => (Math.abs(row[at]!) > Math.abs(rows[top]![at]!) ? at + i : top), at)
    ;[rows[at], rows[best]] = [rows[best]!, rows[at]!]
    for (let below = 0; below < size; below++) {
      if (below === at) continue
      const factor = rows[below]![at]! / rows[at]![at]!
      for (let j = at; j <= size; j++) rows[below]![j]! -= factor * rows[at]![j]!
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!)
}
