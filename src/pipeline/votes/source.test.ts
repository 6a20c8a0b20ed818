/**
 * The ballots the public log is made of, read from records: to the end of the topic, and to the end
 * of voting once there is one.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { electionFrom } from '../../core/election/definition.ts'
import { formatVoteRecord } from '../../core/log/vote-record.ts'
import type { Position } from '../../ports/ballot-source.ts'
import type { RawRecord } from '../../ports/votes-reader.ts'
import { votesSource } from './source.ts'

const election = electionFrom({
  id: 'e',
  title: 'E',
  opens_at: '2020-01-01T00:00:00Z',
  closes_at: '2099-01-01T00:00:00Z',
  results: 'live',
  contests: [{ id: 'c', title: 'C', options: ['a', 'b'].map((id) => ({ id, name: id })) }],
})
const seal = () => '5'.repeat(32)

/** Three partitions, each with so many ballots. */
function votes(...counts: readonly number[]) {
  const partitions = counts.map((count, partition) =>
    Array.from({ length: count }, (_, offset) => recordAt(partition, offset)),
  )
  let end: Position | null = null
  const source = votesSource({
    election,
    seal,
    end: () => end,
    reader: {
      ends: async () => partitions.map(({ length }) => length),
      toEnd: async function* (from, until) {
        for (const [p, records] of partitions.entries())
          yield records.slice(from?.[p] ?? 0, until === undefined ? undefined : (until[p] ?? 0))
      },
    },
  })
  const read = async (from: Position, to: Position | null) => {
    let ballots = 0
    let upTo = from
    for await (const stretch of source.read(from, to)) {
      ballots += stretch.count
      upTo = stretch.upTo
    }
    return { ballots, upTo }
  }
  return {
    source,
    read,
    lands: (partition: number) =>
      partitions[partition]!.push(recordAt(partition, partitions[partition]!.length)),
    ends: (at: Position) => {
      end = at
    },
  }
}

function recordAt(partition: number, offset: number): RawRecord {
  const tagHex = `${partition}a${offset}b`.padEnd(64, '7')
  const vote = { election: 'e', tagHex, district: election.districts[0]!.id, choices: '[[0]]' }
  const value = formatVoteRecord({ ...vote, nonceHex: '0'.repeat(32), retryHex: null }, seal)
  const key = Buffer.from(tagHex, 'hex').toString('latin1')
  return { partition, offset, isAtHome: true, key, value, valueBytes: value.length }
}

test('it reads what is there, from any position on, and says how much is behind it', async () => {
  const { source, read, lands } = votes(3, 0, 2)
  assert.deepEqual(await read(source.start, null), { ballots: 5, upTo: '3,0,2' })
  assert.equal(await source.countAfter('3,0,2'), 0)
  lands(1)
  lands(2)
  assert.equal(await source.countAfter('3,0,2'), 2)
  assert.deepEqual(await read('3,0,2', null), { ballots: 2, upTo: '3,1,3' })
  assert.equal(await source.countAfter('4,1,4'), -2, 'older data was put back')
})

test('what lands behind the end of voting is no ballot, in whatever partition, and nothing waits', async () => {
  const { source, read, lands, ends } = votes(3, 1, 2)
  ends('3,1,2')
  lands(0)
  lands(2)
  assert.deepEqual(await read(source.start, null), { ballots: 6, upTo: '3,1,2' })
  assert.deepEqual(await read('3,1,2', null), { ballots: 0, upTo: '3,1,2' })
  assert.equal(await source.countAfter('3,1,2'), 0)
  assert.equal(await source.countAfter('2,1,2'), 1)
  assert.equal(await source.countAfter('3,2,2'), -1, 'a position that the topic does not reach')
})
