import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { VotingEnd } from '../ports/voting-end.ts'
import { FIXED_BEFORE_MS, sharedPolls } from './shared-polls.ts'

const OPENS_MS = 100_000
const CLOSES_MS = 200_000
const LATER_MS = 300_000
const election = { opensAtMs: OPENS_MS, closesAtMs: CLOSES_MS }

/** The storage that every process shares, unavailable while `down`. */
function storage() {
  const row = { extendedToMs: null as number | null, isFixed: false, isClosed: false }
  return {
    row,
    /** @returns whether it was extended */
    extend: (toMs: number): boolean => {
      if (row.isFixed) return false
      row.extendedToMs = toMs
      return true
    },
  }
}

async function server({ row }: ReturnType<typeof storage>) {
  const at = { nowMs: 0, down: false }
  const asked = <T>(does: () => T): T => {
    if (at.down) throw new Error('away')
    return does()
  }
  const read = async (): Promise<VotingEnd> => asked(() => ({ ...row }))
  const polls = await sharedPolls({
    election,
    clock: { nowMs: () => at.nowMs },
    ends: {
      read,
      fix: (extendedToMs) =>
        asked(() => {
          if (row.extendedToMs === extendedToMs) row.isFixed = true
          return read()
        }),
    },
    record: {
      recordClosed: async () =>
        asked(() => {
          row.isClosed = true
        }),
    },
  })
  const lookAt = async (nowMs: number) => {
    at.nowMs = nowMs
    await polls.look().catch(() => {})
    return [polls.phase(), polls.refusal()]
  }
  return { at, polls, lookAt }
}

test('voting opens and closes on the second, and its end is fixed shortly before', async () => {
  const shared = storage()
  const { at, polls, lookAt } = await server(shared)
  assert.deepEqual(await lookAt(OPENS_MS - 1), ['not-open', 'polls-not-open'])
  assert.deepEqual(await lookAt(CLOSES_MS - FIXED_BEFORE_MS - 1), ['open', null])
  assert.equal(shared.row.isFixed, false)
  assert.deepEqual(await lookAt(CLOSES_MS - FIXED_BEFORE_MS), ['open', null])
  assert.equal(shared.extend(LATER_MS), false)
  at.nowMs = CLOSES_MS - 1
  assert.equal(polls.phase(), 'open')
  at.down = true
  at.nowMs = CLOSES_MS
  assert.deepEqual([polls.phase(), polls.refusal()], ['closed', 'polls-closed'], 'no query is needed')
  assert.deepEqual(await lookAt(CLOSES_MS - 50), ['closed', 'polls-closed'], 'a clock that jumps back')
  at.down = false
  await lookAt(CLOSES_MS + 1)
  assert.equal(shared.row.isClosed, true)
})

test('every process follows an extension, whenever it sees it', async () => {
  const shared = storage()
  const awake = await server(shared)
  const asleep = await server(shared)
  await awake.lookAt(CLOSES_MS - FIXED_BEFORE_MS - 1)
  assert.ok(shared.extend(LATER_MS))
  assert.deepEqual(await awake.lookAt(CLOSES_MS), ['open', null])
  assert.equal(awake.polls.closesAtMs(), LATER_MS)

  asleep.at.nowMs = CLOSES_MS + 5_000
  assert.deepEqual(
    [asleep.polls.phase(), asleep.polls.refusal()],
    ['open', 'storage-unavailable'],
    'before its first successful query a process neither accepts ballots nor shows results',
  )
  assert.deepEqual(await asleep.lookAt(CLOSES_MS + 5_000), ['open', null])
  assert.deepEqual(await asleep.lookAt(LATER_MS), ['closed', 'polls-closed'])
})

test('a process that starts after the end closes permanently', async () => {
  const shared = storage()
  const late = await server(shared)
  late.at.nowMs = CLOSES_MS + 1
  assert.equal(late.polls.phase(), 'open')
  assert.deepEqual(await late.lookAt(CLOSES_MS + 1), ['closed', 'polls-closed'])
  assert.equal(shared.extend(LATER_MS), false)
})

test('with any clocks, faults and order, no process is open after another has closed', async () => {
  const action = fc.record({
    who: fc.nat(2),
    what: fc.constantFrom('look', 'look', 'look', 'extend', 'down', 'up'),
    aheadMs: fc.integer({ min: 0, max: 20_000 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 80 }), async (actions) => {
      const shared = storage()
      const servers = await Promise.all([0, 1, 2].map(() => server(shared)))
      let closed = false
      for (const { who, what, aheadMs } of actions) {
        const { at, polls, lookAt } = servers[who]!
        if (what === 'extend') {
          const endsMs = shared.row.extendedToMs ?? CLOSES_MS
          assert.ok(!(shared.extend(endsMs + aheadMs + 1) && closed), 'voting was opened again')
        } else if (what === 'look') await lookAt(Math.max(at.nowMs, OPENS_MS) + aheadMs)
        else at.down = what === 'down'
        closed ||= polls.phase() === 'closed'
        const endsMs = shared.row.extendedToMs ?? CLOSES_MS
        if (polls.refusal() === null) assert.ok(at.nowMs < endsMs, 'a ballot accepted after the end')
        if (polls.phase() === 'closed') assert.ok(shared.row.isFixed || shared.row.isClosed)
      }
    }),
  )
})
