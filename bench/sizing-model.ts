/**
 * A model of a vote's cost in each tier of a cluster: a base, a part per additional gateway, and a
 * part per partition of `votes`. From it follow the cores per tier for a rate.
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

/** Fits the model by least squares, tier by tier. A part that the points cannot separate is 0. */
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

/** Returns the relative error of predicting each point from the others: 0.1 is 10 %. */
export function errorsLeftOut(points: readonly Point[]): readonly number[] {
  return points.map((point, i) => {
    const others = points.filter((_, at) => at !== i)
    const prediction = sumOf(predicted(modelOf(others), point.gateways, point.partitions))
    return prediction / sumOf(point.micros) - 1
  })
}

/** Returns the cores of each tier for a rate in votes per second, at a given load. */
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

/** Solves the normal equations of up to three unknowns for the factors that vary. */
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

/** Gaussian elimination. The matrix is regular if the factors vary independently. */
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
