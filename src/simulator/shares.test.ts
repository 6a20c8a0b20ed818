import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { NO_SHARES, parsePercent, parseTargets, trafficSharesError } from './shares.ts'

describe('shares on the command line', () => {
  it('reads percentages', () => {
    assert.equal(parsePercent('2%'), 0.02)
    assert.equal(parsePercent(' 0.5 % '), 0.005)
    assert.equal(parsePercent('100%'), 1)
    assert.equal(parsePercent('0%'), 0)
  })

  it('refuses texts with two possible meanings', () => {
    for (const text of [
      '',
      '%',
      '2',
      '0.02',
      '-1%',
      '101%',
      '1e1%',
      '2%%',
      'two%',
      '1,5%',
      'Infinity%',
      'NaN%',
    ])
      assert.equal(parsePercent(text), undefined, text)
  })

  it('never throws, and never leaves 0 to 1', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const share = parsePercent(text)
        assert.ok(share === undefined || (share >= 0 && share <= 1))
        parseTargets(text)
      }),
    )
  })

  it('requires room for first votes', () => {
    assert.equal(trafficSharesError(NO_SHARES), undefined)
    assert.equal(trafficSharesError({ ...NO_SHARES, double: 0.5, wrong: 0.49 }), undefined)
    assert.match(trafficSharesError({ ...NO_SHARES, double: 0.5, retry: 0.5 })!, /add up to 100%/)
  })

  it('reads targets', () => {
    assert.deepEqual(parseTargets('A=40,B=60'), [
      { word: 'A', percent: 40 },
      { word: 'B', percent: 60 },
    ])
    assert.deepEqual(parseTargets('a=b = 12.5% , Ada Lovelace=1'), [
      { word: 'a=b', percent: 12.5 },
      { word: 'Ada Lovelace', percent: 1 },
    ])
  })

  it('says which target is wrong', () => {
    for (const text of ['', 'A', '=40', 'A=40,', 'A=', 'A=forty', 'A=-1', 'A=101'])
      assert.match((parseTargets(text) as { error: string }).error, /is not/, text)
  })
})
