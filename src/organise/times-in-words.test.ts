import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overFor, timeNotes, timesInWords } from './times-in-words.ts'

const times = (opens_at: string, closes_at: string) => ({ opens_at, closes_at })
const DAY = times('2026-11-23T08:00:00+01:00', '2026-11-23T20:00:00+01:00')

test('opening and end are printed in words, with the length of voting and the time until then', () => {
  assert.deepEqual(timesInWords(DAY, Date.parse('2026-11-17T06:00:00Z'), 'Europe/Berlin'), [
    'Voting opens  Monday, 23 November 2026 at 08:00 (+01:00), in 6 days',
    'Voting ends   Monday, 23 November 2026 at 20:00 (+01:00), open for 12 hours, in 6 days',
  ])
  assert.deepEqual(timesInWords(DAY, Date.parse('2026-11-23T08:00:00Z'), 'America/New_York'), [
    'Voting opens  Monday, 23 November 2026 at 08:00 (+01:00), 60 minutes ago',
    'Voting ends   Monday, 23 November 2026 at 20:00 (+01:00), open for 12 hours, in 11 hours',
    'Here (America/New_York)  from Monday, 23 November 2026 at 02:00 to Monday, 23 November 2026 at 14:00',
  ])
})

test('on the day of a clock change, a time that may be wrong by an hour is noted', () => {
  const spring = times('2027-03-27T08:00:00+01:00', '2027-03-28T20:00:00+01:00')
  assert.deepEqual(timeNotes(spring, 'Europe/Berlin'), [
    'closes_at has the offset +01:00; clocks in Europe/Berlin, the zone of this machine, have +02:00 then: ' +
      'it is Sunday, 28 March 2027 at 21:00 there',
  ])
  const right = times('2027-03-27T08:00:00+01:00', '2027-03-28T20:00:00+02:00')
  assert.deepEqual(timeNotes(right, 'Europe/Berlin'), [
    'opens_at has the offset +01:00, closes_at +02:00: correct if clocks change between the two, ' +
      'otherwise one of them is wrong by an hour',
  ])
  assert.deepEqual(timeNotes(DAY, 'Europe/Berlin'), [])
  assert.deepEqual(
    timeNotes(times('2026-06-01T08:00:00-07:00', '2026-06-02T08:00:00-07:00'), 'America/Phoenix'),
    [],
  )
})

test('an election in which no voter can vote is reported: voting lasts a millisecond, or is over', () => {
  const short = times('2026-12-05T08:00:00Z', '2026-12-05T08:00:00.001Z')
  assert.deepEqual(timeNotes(short, 'UTC'), ['voting is open for only 1 millisecond'])
  assert.equal(
    overFor(DAY, Date.parse('2027-11-23T19:00:00Z')),
    'voting ended on Monday, 23 November 2026 at 20:00 (+01:00), 365 days ago',
  )
  assert.equal(overFor(DAY, Date.parse('2026-11-23T18:59:59.999Z')), undefined)
  assert.match(overFor(DAY, Date.parse('2026-11-23T19:00:00Z'))!, /0 milliseconds ago$/)
})

test('lengths are exact, in one or two units', () => {
  for (const [closes, words] of [
    ['2026-11-25T20:30:00+01:00', '2 days and 12 hours'],
    ['2026-11-23T09:30:00+01:00', '1 hour and 30 minutes'],
    ['2026-11-24T08:00:00+01:00', '1 day'],
    ['2026-11-23T08:00:01+01:00', '1 second'],
  ] as const) {
    const [, ends] = timesInWords(times(DAY.opens_at, closes), 0, 'UTC')
    assert.ok(ends!.includes(`open for ${words}, `), ends)
  }
})
