import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServedElection } from './served-election.ts'
import { ElectionRegistry, perElection } from './served-elections.ts'

const served = (id: string) => ({ election: { id } }) as ServedElection

test('what is kept of each election comes and goes with it, one that takes the place of another anew', () => {
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

test('when the default election goes, the one that is named takes its place, or the first that is left', () => {
  const elections = new ElectionRegistry(['a', 'b', 'c'].map(served), 'a')
  elections.remove('a', 'c')
  assert.equal(elections.default.election.id, 'c')
  elections.remove('c', 'gone')
  assert.equal(elections.default.election.id, 'b')
  elections.makeDefault('nobody')
  elections.remove('b')
  assert.deepEqual([elections.byId.size, elections.default.election.id], [0, 'b'])
  assert.throws(() => new ElectionRegistry([], 'a'), RangeError)
})

test('another default election is told of, the same one is not', () => {
  const elections = new ElectionRegistry(['a', 'b'].map(served), 'a')
  const defaults: string[] = []
  elections.onChange(() => defaults.push(elections.default.election.id))
  elections.makeDefault('a')
  elections.makeDefault('b')
  assert.deepEqual(defaults, ['b'])
})
