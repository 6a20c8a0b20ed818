/**
 * The model of `npm run bench -- sizing`: it splits costs into parts and reports its error.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coresFor, errorsLeftOut, modelOf, type Point, predicted, sumOf } from '../bench/sizing-model.ts'

const grid = (cost: (gateways: number, partitions: number) => Record<string, number>): Point[] =>
  [1, 2].flatMap((gateways) =>
    [3, 12].map((partitions) => ({ gateways, partitions, micros: cost(gateways, partitions) })),
  )
const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} and ${b}`)

test('the model finds the cost of a gateway and of a partition, tier by tier', () => {
  const points = grid((gateways, partitions) => ({ gateway: 60 + 4 * gateways, spark: 20 + 3 * partitions }))
  const model = modelOf(points)
  close(model.gateway!.perGateway, 4)
  close(model.gateway!.perPartition, 0)
  close(model.spark!.base, 20)
  close(model.spark!.perPartition, 3)
  const between = predicted(model, 4, 6)
  close(between.gateway!, 76)
  close(between.spark!, 38)
  for (const error of errorsLeftOut(points)) close(error, 0)
})

test('measurements that do not fit are reported as a prediction error', () => {
  const points = grid((gateways, partitions) => ({ all: gateways === 2 && partitions === 12 ? 200 : 100 }))
  const errors = errorsLeftOut(points)
  close(errors.at(-1)!, -0.5)
  assert.ok(errors.every((error) => Math.abs(error) > 0.4))
})

test('with one number of partitions the model still works, and costs are never negative', () => {
  const model = modelOf([
    { gateways: 1, partitions: 6, micros: { redis: 15 } },
    { gateways: 2, partitions: 6, micros: { redis: 5 } },
  ])
  close(model.redis!.perPartition, 0)
  close(predicted(model, 4, 6).redis!, 0)
})

test('the number of cores follows from the rate and the allowed load', () => {
  const cores = coresFor({ gateway: 60, redis: 15 }, 10_000, 0.6)
  close(cores.gateway!, 1)
  close(sumOf(cores), 1.25)
})
