import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { electionFrom } from '../core/election/definition.ts'
import { seededRandom } from './random.ts'
import type { Target } from './shares.ts'
import { optionWeights } from './weights.ts'

const ELECTION = electionFrom({
  id: 'e',
  title: 'E',
  opens_at: '2020-01-01T00:00:00Z',
  closes_at: '2099-01-01T00:00:00Z',
  results: 'live',
  contests: [
    {
      id: 'mayor',
      title: 'Mayor',
      options: [
        { id: 'ada', name: 'Ada' },
        { id: 'grace', name: 'Grace' },
        { id: 'none', name: 'None' },
      ],
    },
    {
      id: 'bridge',
      title: 'Bridge',
      options: [
        { id: 'yes', name: 'Yes' },
        { id: 'none', name: 'No opinion' },
      ],
    },
  ],
})

function weigh(...targets: [word: string, percent: number][]) {
  return optionWeights(
    ELECTION,
    targets.map(([word, percent]): Target => ({ word, percent })),
    seededRandom(1),
  )
}

function weights(...targets: [word: string, percent: number][]): readonly (readonly number[])[] {
  const found = weigh(...targets)
  assert.ok(!('error' in found))
  return found
}

describe('weights of options', () => {
  it('are drawn for contests without targets: each has a chance, and they add up to 1', () => {
    for (const contest of weights()) {
      assert.ok(contest.every((weight) => weight > 0))
      assert.ok(Math.abs(contest.reduce((a, b) => a + b) - 1) < 1e-9)
    }
    assert.deepEqual(weights(), weights())
  })

  it('follow the targets, by id or name, and share out the rest', () => {
    assert.deepEqual(weights(['ada', 40], ['Grace', 60])[0], [0.4, 0.6, 0])
    assert.deepEqual(weights(['ada', 40])[0], [0.4, 0.3, 0.3])
    assert.deepEqual(weights(['bridge/none', 25])[1], [0.75, 0.25])
    assert.deepEqual(weights(['ada', 0])[0], [0, 0.5, 0.5])
  })

  it('give the error in targets', () => {
    const error = (...targets: [string, number][]) => (weigh(...targets) as { error: string }).error
    assert.match(error(['nemo', 5]), /"nemo" is not an option of election "e"/)
    assert.match(error(['none', 5]), /several contests: write CONTEST\/OPTION/)
    assert.match(error(['ada', 5], ['Ada', 6]), /"Ada" is given twice/)
    assert.match(error(['ada', 60], ['grace', 60]), /contest "mayor" add up to 120%, more than 100%/)
    assert.match(error(['yes', 20], ['bridge/none', 20]), /add up to 40%, not 100%/)
  })
})
