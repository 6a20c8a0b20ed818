/**
 * Logs that fit together and cannot be: by the verifier's clock, by the roll, by who signed or was
 * asked. Their operator hashes and signs everything again.
 */
import { createHash } from 'node:crypto'
import type { VerifyInput } from '../../src/core/verify/verify.ts'
import { type Attack, honest, type Scene } from './attacks.ts'
import {
  AFTERWARDS_MS,
  type Ballot,
  ballotEntry,
  CLOSES,
  CLOSES_LATER,
  checkpointOf,
  cityLog,
  closeEntry,
  districtsText,
  filesOf,
  type HonestLog,
  OPENS,
  resultText,
} from './honest-log.ts'
import { checkpointText, leafHash, logKey, sha256Hex, signedNote } from './log-bytes.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const END_MS = Date.parse(CLOSES_LATER)
const iso = (ms: number) => new Date(ms).toISOString()

const entryOf = (at: string, change: object) =>
  JSON.stringify({ v: 1, entry: 'amendment', election: 'city-2026', at, change })
const rollOf = (issued: readonly number[], root = 'another roll') => ({
  size: issued.reduce((a, b) => a + b, 0),
  root: createHash('sha256').update(root).digest('base64'),
  per_district_sha256: sha256Hex(districtsText(issued)),
})

interface Made {
  readonly entries: readonly string[]
  readonly ballots?: readonly Ballot[]
  readonly issued?: readonly number[]
  readonly close?: object | null
  readonly input?: Partial<VerifyInput>
}

/**
 * A log of these entries before the close, and a close that fits them; `close` null leaves it open.
 */
function made(log: HonestLog, { entries, ballots = log.ballots, ...more }: Made): Scene {
  const { definition } = log
  const issued = more.issued ?? log.issuedLater
  const result = resultText(definition, ballots, log.issued)
  const close = closeEntry({ definition, ballots, issued, result, entries }, { ...more.close })
  const files = filesOf(log, more.close === null ? entries : [...entries, close])
  files.set(`districts-${sha256Hex(districtsText(issued))}.json`, Buffer.from(districtsText(issued)))
  const input = { ...honest(log).input, seen: [], receipts: [], result: Buffer.from(result) }
  return { files, input: { ...input, ...more.input } }
}

const open = (log: HonestLog) => log.entries.slice(0, -1)

/** Keys for 500 who never came, and ballots for 480 of them. */
function stuffed(log: HonestLog, at: string, input: Partial<VerifyInput> = {}): Scene {
  const issued = log.issuedLater.with(1, log.issuedLater[1]! + 500)
  const here = log.ballots.filter(({ district }) => district === 1).length
  const ballots = [...log.ballots]
  for (let n = 0; n < log.issued[1]! - here + 480; n++)
    ballots.push({ district: 1, marks: [[0], [], []], nonce: sha256Hex(`stuffed ${n}`).slice(0, 32) })
  const entries = [
    ...open(log),
    entryOf(at, { roll: rollOf(issued) }),
    ...ballots.slice(log.ballots.length).map((ballot) => ballotEntry(ballot, log.issued)),
  ]
  return made(log, { entries, ballots, issued, close: { at: iso(END_MS + 12 * 3_600_000) }, input })
}

/**
 * The key that all zero bytes but the first are: of order 1, or of another small order by its first
 * byte and sign.
 */
export function smallOrderKey(name: string, bytes: Uint8Array, type: 1 | 4 = 1): string {
  const typed = Buffer.concat([Buffer.of(type), bytes])
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4)
  return `${name}+${id.toString('hex')}+${typed.toString('base64')}`
}
export const IDENTITY = Uint8Array.of(1, ...Array<number>(31).fill(0))

const WITNESS = logKey('witness.example/1', 'witness 1', 4)
function cosignedAt(log: HonestLog, atMs: number, quorum = 1): Scene {
  const scene = honest(log)
  const text = checkpointText(log.key.name, log.entries.map(leafHash))
  const line = WITNESS.cosignatureLine(text, Math.floor(atMs / 1000))
  scene.files.set('checkpoint', Buffer.from(signedNote(text, log.key.line(text), line)))
  const input = { ...scene.input, seen: [], receipts: [], witnesses: [WITNESS.vkey], quorum }
  return { files: scene.files, input }
}

const HIDDEN = cityLog({ ballots: 700, changes: { results: 'after-close' } })
/** As it looks while entries are held back, at its end but for the close. */
function heldBack(nowMs: number): Scene {
  const files = filesOf(HIDDEN, HIDDEN.entries.slice(0, -1))
  for (const path of files.keys()) if (path.startsWith('tile/entries/')) files.delete(path)
  return { files, input: { nowMs, key: HIDDEN.key.vkey } }
}

/** Before the last batch the small districts are held back; with it they are let out. */
const letOut = (log: HonestLog, nowMs: number): Scene =>
  made(log, { entries: open(log), close: null, input: { nowMs } })

export const CLOCK_ATTACKS: readonly Attack[] = [
  {
    name: 'keys issued hours after voting had ended, and ballots stuffed with them',
    finds: ['amendment-reverts', 'close-keys', 'too-many-ballots'],
    scene: (log) => stuffed(log, iso(END_MS + 5.5 * 3_600_000)),
  },
  {
    name: 'keys issued in the instant in which voting had ended',
    finds: ['amendment-reverts', 'close-keys', 'too-many-ballots'],
    scene: (log) => stuffed(log, CLOSES_LATER),
  },
  {
    name: 'all credentials exchanged by an amendment that adds nobody',
    finds: ['roll-exchanged'],
    scene: (log) =>
      made(log, {
        entries: [...open(log), entryOf('2026-03-01T13:00:00.000Z', { roll: rollOf(log.issuedLater) })],
      }),
  },
  {
    name: 'an amendment of the very roll that is in force',
    finds: ['roll-exchanged'],
    scene: (log) => {
      const entries = open(log)
      const roll = entries.find((entry) => entry.includes('"change":{"roll"'))!
      return made(log, { entries: [...entries, roll.replace('T10:00', 'T13:00')] })
    },
  },
  {
    name: 'ballots of small districts let out in the extended hours',
    finds: ['released-too-early'],
    scene: (log) => letOut(log, Date.parse(CLOSES) + 30 * MINUTE_MS),
  },
  {
    name: 'ballots of small districts let out in the last second of the extended hours',
    finds: ['released-too-early'],
    scene: (log) => letOut(log, END_MS - 1000),
  },
  {
    name: 'ballots let out in the extended hours, seen then, the log closed since',
    finds: ['released-too-early'],
    scene: (log) => {
      const note = checkpointOf(log, open(log))
      const seen = [{ note, seenAtMs: Date.parse(CLOSES) + 30 * MINUTE_MS }]
      return made(log, { entries: open(log), input: { seen } })
    },
  },
  {
    name: 'voting ended nine months ago, no close, another result announced',
    finds: ['close-overdue'],
    scene: (log) =>
      made(log, {
        entries: open(log),
        close: null,
        input: { nowMs: END_MS + 270 * DAY_MS, result: Buffer.from('{}') },
      }),
  },
  {
    name: 'no close a day and twenty minutes after voting had ended',
    finds: ['close-overdue'],
    scene: (log) =>
      made(log, { entries: open(log), close: null, input: { nowMs: END_MS + DAY_MS + 20 * MINUTE_MS } }),
  },
  {
    name: 'entries withheld nine months after the close',
    finds: ['entries-overdue'],
    scene: () => heldBack(END_MS + 270 * DAY_MS),
  },
  {
    name: 'entries withheld two days after voting had ended',
    finds: ['entries-overdue'],
    scene: () => heldBack(END_MS + 2 * DAY_MS),
  },
  {
    name: 'a close dated tomorrow, while voting is open by the verifier’s clock',
    finds: ['close-in-future', 'released-too-early'],
    scene: (log) =>
      made(log, {
        entries: open(log),
        close: { at: iso(END_MS + DAY_MS) },
        input: { nowMs: END_MS - 60 * MINUTE_MS },
      }),
  },
  {
    name: 'an amendment and a close dated next year',
    finds: ['amendment-in-future', 'close-in-future', 'released-too-early'],
    scene: (log) => {
      const entries = [
        ...open(log),
        entryOf('2026-03-01T13:00:00.000Z', { closes_at: '2027-06-01T00:00:00.000Z' }),
      ]
      const issued = log.issuedLater.with(0, log.issuedLater[0]! + 1)
      entries.push(entryOf('2027-05-01T00:00:00.000Z', { roll: rollOf(issued) }))
      return made(log, { entries, issued, close: { at: '2027-06-01T00:00:00.000Z' } })
    },
  },
  {
    name: 'a close a quarter of an hour from now',
    finds: ['close-in-future'],
    scene: (log) =>
      made(log, {
        entries: open(log),
        close: { at: iso(AFTERWARDS_MS + 15 * MINUTE_MS) },
      }),
  },
  {
    name: 'ballots, and voting begins tomorrow by the verifier’s clock',
    finds: ['ballots-before-opening', 'amendment-in-future', 'released-too-early', 'close-in-future'],
    scene: (log) => made(log, { entries: open(log), input: { nowMs: Date.parse(OPENS) - DAY_MS } }),
  },
  {
    name: 'another election than the one that was asked for',
    finds: ['election-differs'],
    scene: (log) => ({ ...honest(log), input: { ...honest(log).input, election: 'village-2026' } }),
  },
  {
    name: 'a genesis that names a key of small order',
    finds: ['genesis-invalid'],
    scene: (log) => {
      const { files, input } = honest(log)
      const key = smallOrderKey(log.key.name, IDENTITY)
      files.set('genesis.json', Buffer.from(log.entries[0]!.replace(log.key.vkey, key)))
      const { key: _key, ...rest } = input
      return { files, input: { ...rest, seen: [], receipts: [] } }
    },
  },
  {
    name: 'a cosignature of 1970',
    finds: ['cosignature-time', 'cosignatures-too-few'],
    scene: (log) => cosignedAt(log, 0),
  },
  {
    name: 'a cosignature of 2019',
    finds: ['cosignature-time', 'cosignatures-too-few'],
    scene: (log) => cosignedAt(log, Date.parse('2019-12-31T23:59:59Z')),
  },
  {
    name: 'a cosignature of the year 9999',
    finds: ['cosignature-time', 'cosignatures-too-few'],
    scene: (log) => cosignedAt(log, Date.parse('9999-12-31T00:00:00Z')),
  },
  {
    name: 'a cosignature a quarter of an hour from now',
    finds: ['cosignature-time', 'cosignatures-too-few'],
    scene: (log) => cosignedAt(log, AFTERWARDS_MS + 15 * MINUTE_MS),
  },
  {
    name: 'a cosignature of the close, dated before it',
    finds: ['cosignature-time'],
    scene: (log) => cosignedAt(log, END_MS - 60 * MINUTE_MS),
  },
]

/** As near to those as an honest log comes. */
export const NEARLY: readonly { readonly name: string; readonly scene: (log: HonestLog) => Scene }[] = [
  {
    name: 'a log that is not closed yet a day after voting had ended',
    scene: (log) =>
      made(log, {
        entries: open(log),
        close: null,
        input: { nowMs: END_MS + DAY_MS, result: Buffer.from('{}') },
      }),
  },
  {
    name: 'entries held back a day after voting had ended',
    scene: () => heldBack(Date.parse(CLOSES) + DAY_MS),
  },
  {
    name: 'a close nine minutes ahead of the verifier’s clock',
    scene: (log) =>
      made(log, {
        entries: open(log),
        input: { nowMs: END_MS - 0 },
        close: { at: iso(END_MS + 9 * MINUTE_MS) },
      }),
  },
  {
    name: 'a cosignature nine minutes ahead of it',
    scene: (log) => cosignedAt(log, AFTERWARDS_MS + 9 * MINUTE_MS),
  },
  {
    name: 'a cosignature nine minutes before the close',
    scene: (log) => cosignedAt(log, END_MS - 9 * MINUTE_MS),
  },
  {
    name: 'keys issued in the last second of the extended hours',
    scene: (log) => {
      const issued = log.issuedLater.with(1, log.issuedLater[1]! + 1)
      const entries = [...open(log), entryOf(iso(END_MS - 1000), { roll: rollOf(issued) })]
      return made(log, { entries, issued })
    },
  },
  {
    name: 'the election that was asked for',
    scene: (log) => ({ ...honest(log), input: { ...honest(log).input, election: 'city-2026' } }),
  },
]
