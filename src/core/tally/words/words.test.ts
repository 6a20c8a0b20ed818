/**
 * Results in every language: nothing left untranslated, and each sentence says the numbers and
 * names it is given.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutcomeWords } from '../outcome-words.ts'
import { ar } from './ar.ts'
import { en } from './en.ts'
import { es } from './es.ts'

const FIGURE = { value: 37, text: '37' }
const SHARE = { is: 'more_than', fraction: { numerator: 37, denominator: 41 }, of: 'ballots' } as const

/** What each message says of figures, names and shares; a name that is wanted says "Ada". */
function said(words: OutcomeWords): Record<string, string> {
  const { figure, name } = { figure: FIGURE, name: 'Ada' }
  return {
    ...{
      noVotesYet: words.noVotesYet,
      noVotes: words.noVotes,
      nobody: words.nobody,
      nobodyYet: words.nobodyYet,
    },
    ...{
      passed: words.passed,
      rejected: words.rejected,
      wouldPass: words.wouldPass,
      wouldFail: words.wouldFail,
    },
    ...{ elected: words.elected(name, 1), electedMany: words.elected(name, 2), tied: words.tied(name) },
    ...{
      byLot: words.electedByLot(name, 1),
      byLotMany: words.electedByLot(name, 2),
      open: words.notDecidedByLot,
    },
    ...{ vacant: words.vacant(figure), ahead: words.ahead(name, 'Bob', figure, '1.5') },
    aheadAtLastSeat: words.aheadAtLastSeat(figure, name, 'Bob', figure, '1.5'),
    ...{
      wonBy: words.wonBy(name, figure, '1.5'),
      lastSeatBy: words.lastSeatBy(figure, name, 'Bob', figure, '1.5'),
    },
    ...{
      inFront: words.inFront(name, 1),
      tiedForLast: words.tiedForLast({ value: 1, text: '1' }, figure, name),
    },
    ...{ tiedForMany: words.tiedForLast(figure, figure, name), noneAhead: words.noneAhead(name) },
    quorumMissed: words.quorumMissed(words.ballots(figure), figure, words.share(SHARE)),
    quorumNotYet: words.quorumNotYet(words.marked(figure), figure, null),
    needs: words.needs(figure, figure, words.share(SHARE)),
    needsOf: words.needsOf(name, figure, figure, words.share({ ...SHARE, is: 'at_least', of: 'eligible' })),
    half: words.share({ ...SHARE, fraction: { numerator: 1, denominator: 2 }, of: 'votes' }),
    ...{
      change: words.canStillChange(figure),
      noChange: words.cannotChange(figure),
      more: words.andMore(figure),
    },
  }
}

test('no sentence is left in English, and each says the names and numbers it is given', () => {
  const english = said(en)
  for (const words of [es, ar]) {
    const other = said(words)
    for (const [key, text] of Object.entries(english)) {
      assert.notEqual(other[key], text, key)
      for (const piece of ['37', '41', 'Ada', 'Bob', '1.5'])
        assert.equal(other[key]!.split(piece).length, text.split(piece).length, `${key}: ${other[key]}`)
    }
  }
})
