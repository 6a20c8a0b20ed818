/**
 * The plan of the topics and what makes an existing one unfit; with a real broker in
 * test/engines/topics.test.ts.
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

test('a record is on two brokers before it is acknowledged where there are three, and one may be down', () => {
  const least = (replicas: number): (string | undefined)[] =>
    topicPlans(replicas).map(({ settings }) => settings['min.insync.replicas'])
  assert.deepEqual(least(1), ['1', '1', '1'])
  assert.deepEqual(least(2), ['1', '1', '1'])
  assert.deepEqual(least(3), ['2', '2', '2'])
})

test('counts are compacted and never thrown away by age', () => {
  const [, counts] = topicPlans(1)
  assert.equal(counts!.settings['cleanup.policy'], 'compact')
})

test('a topic as planned is fit', () => {
  for (const plan of topicPlans(3))
    assert.equal(unfitness(plan, plan.partitions, new Map(Object.entries(plan.settings))), undefined)
})

test('a topic that forgets, or has other partitions, is unfit, and every reason is told', () => {
  const [votes] = topicPlans(1)
  const settings = new Map<string, string | null>(Object.entries(votes!.settings))
  settings.set('retention.ms', '604800000').set('cleanup.policy', 'compact')
  const why = unfitness(votes!, 5, settings)
  assert.match(why!, /it has 5 partitions and must have 6/)
  assert.match(why!, /retention.ms is 604800000 and must be -1/)
  assert.match(why!, /cleanup.policy is compact and must be delete/)
  assert.match(unfitness(votes!, 6, new Map())!, /retention.ms is not set/)
})

test('a setting that loses nothing may differ', () => {
  const [votes] = topicPlans(1)
  const settings = new Map<string, string | null>(Object.entries(votes!.settings))
  settings.set('min.insync.replicas', '2').set('compression.type', 'zstd')
  assert.equal(unfitness(votes!, 6, settings), undefined)
})
