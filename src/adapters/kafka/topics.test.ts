/**
 * The plan of the topics, and what makes an existing one unfit; test/engines/topics.test.ts uses a
 * real broker.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VOTES } from '../../core/log/topics.ts'
import { topicPlans, unfitness } from './topics.ts'

test('the ballot log is kept for ever, whatever the size of the cluster', () => {
  for (const replicas of [1, 2, 3]) {
    const [votes] = topicPlans(replicas)
    assert.equal(votes!.topic, VOTES)
    assert.equal(votes!.partitions, 6)
    assert.equal(votes!.settings['retention.ms'], '-1')
    assert.equal(votes!.settings['retention.bytes'], '-1')
    assert.equal(votes!.settings['cleanup.policy'], 'delete')
  }
})

test('with three brokers a record is on two before it is acknowledged, and one may be down', () => {
  const least = (replicas: number): (string | undefined)[] =>
    topicPlans(replicas).map(({ settings }) => settings['min.insync.replicas'])
  assert.deepEqual(least(1), ['1', '1', '1'])
  assert.deepEqual(least(2), ['1', '1', '1'])
  assert.deepEqual(least(3), ['2', '2', '2'])
})

test('counts are compacted and never deleted by age', () => {
  const [, counts] = topicPlans(1)
  assert.equal(counts!.settings['cleanup.policy'], 'compact')
})

test('a topic that follows the plan is fit', () => {
  for (const plan of topicPlans(3))
    assert.equal(unfitness(plan, plan.partitions, new Map(Object.entries(plan.settings))), undefined)
})

test('a topic that forgets, or has other partitions, is unfit, and every reason is reported', () => {
  const [votes] = topicPlans(1)
  const settings = new Map<string, string | null>(Object.entries(votes!.settings))
  settings.set('retention.ms', '604800000').set('cleanup.policy', 'compact')
  const why = unfitness(votes!, 5, settings)
  assert.match(why!, /it has 5 partitions and must have 6/)
  assert.match(why!, /retention.ms is 604800000 and must be -1/)
  assert.match(why!, /cleanup.policy is compact and must be delete/)
  assert.match(unfitness(votes!, 6, new Map())!, /retention.ms is not set/)
})

test('a setting that cannot lose ballots may differ', () => {
  const [votes] = topicPlans(1)
  const settings = new Map<string, string | null>(Object.entries(votes!.settings))
  settings.set('min.insync.replicas', '2').set('compression.type', 'zstd')
  assert.equal(unfitness(votes!, 6, settings), undefined)
})
