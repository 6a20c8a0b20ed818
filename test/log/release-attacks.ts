/**
 * Attacks on the release of ballots in a log of version 2, each by name, with what must be found.
 * The attacker is the operator: everything is hashed and signed again, so that only what must give
 * it away does.
 */
import type { Attack, Scene } from './attacks.ts'
import { honest } from './attacks.ts'
import {
  AFTERWARDS_MS,
  ballotEntry,
  CLOSED,
  CLOSES_LATER,
  checkpointOf,
  closeEntry,
  DURING_MS,
  endEntry,
  filesOf,
  type HonestLog,
  inLeafOrder,
} from './honest-log.ts'
import { leafHash, receipts, trackerOf } from './log-bytes.ts'

const isEnd = (entry: string) => entry.includes('"entry":"end"')

/** These entries, signed; nobody has seen the log before but at the sizes given. */
const resigned = (log: HonestLog, entries: readonly string[], sizes: readonly number[] = []): Scene => ({
  files: filesOf(log, entries),
  input: {
    ...honest(log).input,
    receipts: [],
    seen: sizes.map((size) => ({ note: checkpointOf(log, entries.slice(0, size)), seenAtMs: DURING_MS })),
  },
})

const before = (log: HonestLog) => log.entries.slice(0, log.entries.findIndex(isEnd))
const end = (log: HonestLog) => log.entries.find(isEnd)!
const rest = (log: HonestLog) => log.entries.slice(log.entries.findIndex(isEnd) + 1, -1)
const close = (log: HonestLog) => log.entries.at(-1)!
/** A district that entries name, with ballots before the end. */
const inNorth = (entry: string) => entry.includes('"district":"north"')
const roll = (log: HonestLog) =>
  JSON.parse(log.entries.find((entry) => entry.includes('"entry":"amendment"') && entry.includes('"roll"'))!)
const amendmentAt = (log: HonestLog, at: string): string => JSON.stringify({ ...roll(log), at })

/** A close over the same ballots, changed. */
const closeWith = (log: HonestLog, changes: Record<string, unknown>): string => {
  const { definition, ballots, issuedLater: issued, result, entries } = log
  return closeEntry({ definition, ballots, issued, result, entries }, { v: 2, ...changes })
}

/** Of both policies. */
export const END_ATTACKS: readonly Attack[] = [
  {
    name: 'no end of voting',
    finds: ['end-missing', 'released-too-early'],
    scene: (log) => resigned(log, [...before(log), ...inLeafOrder(rest(log)), close(log)]),
  },
  {
    name: 'two ends of voting',
    finds: ['end-repeated'],
    scene: (log) => resigned(log, [...before(log), end(log), end(log), ...rest(log), close(log)]),
  },
  {
    name: 'an end of voting behind the close',
    finds: ['end-missing', 'entry-after-close', 'released-too-early'],
    scene: (log) => resigned(log, [...before(log), ...inLeafOrder(rest(log)), close(log), end(log)]),
  },
  {
    name: 'an end of voting that counts a ballot more',
    finds: ['end-ballots'],
    scene: (log) => {
      const more = endEntry(log.definition, log.ballots.length + 1)
      return resigned(log, [...before(log), more, ...rest(log), close(log)])
    },
  },
  {
    name: 'an end of voting that counts a ballot fewer',
    finds: ['end-ballots'],
    scene: (log) => {
      const fewer = endEntry(log.definition, log.ballots.length - 1)
      return resigned(log, [...before(log), fewer, ...rest(log), close(log)])
    },
  },
  {
    name: 'an end of voting before the end that was announced last',
    finds: ['end-too-early'],
    scene: (log) => {
      const at = new Date(Date.parse(CLOSES_LATER) - 1).toISOString()
      const early = endEntry(log.definition, log.ballots.length, { at })
      return resigned(log, [...before(log), early, ...rest(log), close(log)])
    },
  },
  {
    name: 'an end of voting and a close dated next week',
    finds: ['end-in-future', 'close-in-future'],
    scene: (log) => {
      const at = new Date(AFTERWARDS_MS + 7 * 86_400_000).toISOString()
      const late = endEntry(log.definition, log.ballots.length, { at })
      return resigned(log, [...before(log), late, ...rest(log), closeWith(log, { at })])
    },
  },
  {
    name: 'a close dated before the end of voting',
    finds: ['close-too-early'],
    scene: (log) => {
      const at = new Date(Date.parse(CLOSED) + 5000).toISOString()
      const late = endEntry(log.definition, log.ballots.length, { at })
      return resigned(log, [...before(log), late, ...rest(log), close(log)])
    },
  },
  {
    name: 'an end of voting written as in no version',
    finds: ['end-invalid', 'end-missing', 'released-too-early'],
    scene: (log) =>
      resigned(log, [
        ...before(log),
        end(log).replace('"ballots"', '"count"'),
        ...inLeafOrder(rest(log)),
        close(log),
      ]),
  },
  {
    name: 'an end of voting of version 1, which has none',
    finds: ['end-invalid', 'end-missing', 'released-too-early'],
    scene: (log) =>
      resigned(log, [
        ...before(log),
        end(log).replace('"v":2', '"v":1'),
        ...inLeafOrder(rest(log)),
        close(log),
      ]),
  },
  {
    name: 'a close of version 1',
    finds: ['close-invalid'],
    scene: (log) => resigned(log, [...before(log), end(log), ...rest(log), closeWith(log, { v: 1 })]),
  },
  {
    name: 'an amendment between end and close',
    finds: ['entry-after-end', 'amendment-reverts'],
    scene: (log) =>
      resigned(log, [...before(log), end(log), ...rest(log), amendmentAt(log, CLOSED), close(log)]),
  },
  {
    name: 'an extension behind the end of voting',
    finds: ['entry-after-end', 'amendment-reverts'],
    scene: (log) => {
      const change = { closes_at: CLOSES_LATER }
      const again = JSON.stringify({ ...roll(log), at: CLOSED, change })
      return resigned(log, [...before(log), end(log), again, ...rest(log), close(log)])
    },
  },
  {
    name: 'an amendment of version 1',
    finds: ['amendment-invalid'],
    scene: (log) => {
      const old = JSON.stringify({ ...roll(log), v: 1, at: '2026-03-01T19:00:00.000Z' })
      return resigned(log, [...before(log), old, end(log), ...rest(log), close(log)])
    },
  },
  {
    name: 'the rest in the order of arrival',
    finds: ['entries-out-of-order'],
    scene: (log) => {
      const byNonce = rest(log).toSorted((a, b) => (a.slice(-34) < b.slice(-34) ? -1 : 1))
      return resigned(log, [...before(log), end(log), ...byNonce, close(log)])
    },
  },
  {
    name: 'the rest told in two parts',
    finds: ['released-too-early'],
    scene: (log) => {
      const sizes = [before(log).length + 1 + Math.floor(rest(log).length / 2)]
      return resigned(log, log.entries, sizes)
    },
  },
  {
    name: 'a ballot told by itself while voting is open, as somebody saw',
    finds: ['released-too-early', 'entries-out-of-order'],
    scene: (log) => {
      const one = rest(log).find(inNorth)!
      const others = rest(log).filter((entry) => entry !== one)
      const entries = [...before(log), one, end(log), ...others.toReversed(), close(log)]
      return resigned(log, entries, [before(log).length + 1])
    },
  },
  {
    name: 'a promise of version 2 given out as one of version 1, by a date in 1970: it accuses nobody',
    finds: ['receipt-forged'],
    scene: (log) => {
      const lost = trackerOf(ballotEntry({ ...log.ballots[0]!, nonce: '0'.repeat(32) }, log.issued))
      const [text] = receipts([lost], 'city-2026', 86_400, log.key, { v: 2 })
      const { promise, ...receipt } = JSON.parse(text!)
      const { v: _, within, ...others } = promise
      const dated = JSON.stringify({ ...receipt, promise: { ...others, publish_by: within } })
      return { ...resigned(log, log.entries), input: { ...honest(log).input, seen: [], receipts: [dated] } }
    },
  },
  {
    name: 'a promise of version 2 that was not kept',
    finds: ['promise-broken'],
    scene: (log) => {
      const lost = trackerOf(ballotEntry({ ...log.ballots[0]!, nonce: '0'.repeat(32) }, log.issued))
      const asked = receipts([lost], 'city-2026', 86_400, log.key, { v: 2 })
      return { ...resigned(log, log.entries), input: { ...honest(log).input, seen: [], receipts: asked } }
    },
  },
]

/** Of results that are live. */
export const GROUP_ATTACKS: readonly Attack[] = [
  {
    name: 'ballots of a district let out one by one, as somebody saw',
    finds: ['released-too-early'],
    scene: (log) => {
      const entries = log.entries
      const tellsOne = (_: string, i: number) => entries.slice(0, i).filter(inNorth).length % 10 === 1
      return resigned(log, entries, [entries.findIndex((entry, i) => i > 300 && tellsOne(entry, i))])
    },
  },
  {
    name: 'a release that looks at choices: one more that makes a group not all alike',
    finds: ['released-too-early'],
    scene: (log) => {
      const one = rest(log).find(inNorth)!
      const others = rest(log).filter((entry) => entry !== one)
      return resigned(log, [...before(log), one, end(log), ...others, close(log)])
    },
  },
  {
    name: 'of a district all but a few told before the end',
    finds: ['rest-too-small'],
    scene: (log) => {
      const north = rest(log).filter(inNorth).slice(0, 10)
      const others = rest(log).filter((entry) => !north.includes(entry))
      return resigned(log, [...before(log), ...inLeafOrder(north), end(log), ...others, close(log)])
    },
  },
  {
    name: 'a district with too few ballots told before the end',
    finds: ['released-too-early', 'rest-too-small'],
    scene: (log) => {
      const small = rest(log).filter((entry) => !entry.includes('"district"'))
      const others = rest(log).filter((entry) => !small.includes(entry))
      return resigned(log, [...before(log), ...inLeafOrder(small), end(log), ...others, close(log)])
    },
  },
]

/** Of results for after the close. */
export const SORTED_ATTACKS: readonly Attack[] = [
  {
    name: 'a leaf before the end of voting',
    finds: ['released-too-early'],
    scene: (log) => {
      const [one, ...others] = rest(log)
      return resigned(log, [...before(log), one!, end(log), ...others, close(log)])
    },
  },
  {
    name: 'ten ballots of a district before the end of voting',
    finds: ['released-too-early'],
    scene: (log) => {
      const some = rest(log).filter(inNorth).slice(0, 10)
      const others = rest(log).filter((entry) => !some.includes(entry))
      return resigned(log, [...before(log), ...inLeafOrder(some), end(log), ...others, close(log)])
    },
  },
  {
    name: 'two ballots in the wrong order',
    finds: ['entries-out-of-order'],
    scene: (log) => {
      const all = rest(log)
      const swapped = all.with(40, all[41]!).with(41, all[40]!)
      if (Buffer.compare(leafHash(all[40]!), leafHash(all[41]!)) >= 0) throw new Error('not in order')
      return resigned(log, [...before(log), end(log), ...swapped, close(log)])
    },
  },
]

/** An open log whose last entries are these, as anybody sees it now. */
export const openScene = (log: HonestLog, entries: readonly string[], nowMs = DURING_MS): Scene => {
  const { files, input } = resigned(log, entries)
  const { result: _, ...others } = input
  return { files, input: { ...others, nowMs } }
}
