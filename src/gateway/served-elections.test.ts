import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServedElection } from './served-election.ts'
import { ElectionRegistry, perElection } from './served-elections.ts'

const served = (id: string) => ({ election: { id } }) as ServedElection

test('an election’s values are created and ended with it, also if another takes its id', () => {
  const [council, mayor] = [served('council'), served('mayor')]
  const elections = new ElectionRegistry([council], 'council')
  const log: string[] = []
  const kept = perElection(
    elections,
    ({ election }) => {
      log.push(`made ${election.id}`)
      return election.id
    },
    (id) => log.push(`ended ${id}`),
  )
  elections.add(mayor)
  assert.deepEqual([kept.of(council), kept.of(mayor), kept.all().length], ['council', 'mayor', 2])
  elections.remove('council')
  assert.throws(() => kept.of(council), RangeError)
  const again = served('mayor')
  elections.add(again)
  assert.equal(kept.of(again), 'mayor')
  assert.throws(() => kept.of(mayor), RangeError)
  assert.deepEqual(log, ['made council', 'made mayor', 'ended council', 'made mayor', 'ended mayor'])
})

test('the named election or the first remaining one replaces a removed default', () => {
  const elections = new ElectionRegistry(['a', 'b', 'c'].map(served), 'a')
  elections.remove('a', 'c')
  assert.equal(elections.default.election.id, 'c')
  elections.remove('c', 'gone')
  assert.equal(elections.default.election.id, 'b')
  elections.makeDefault('unknown')
  elections.remove('b')
  assert.deepEqual([elections.byId.size, elections.default.election.id], [0, 'b'])
  assert.throws(() => new ElectionRegistry([], 'a'), RangeError)
})

test('listeners are called for another default election, not for the same one', () => {
  const elections = new ElectionRegistry(['a', 'b'].map(served), 'a')
  const defaults: string[] = []
  elections.onChange(() => defaults.push(elections.default.election.id))
  elections.makeDefault('a')
  elections.makeDefault('b')
  assert.deepEqual(defaults, ['b'])
})
