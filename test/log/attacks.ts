/**
 * Attacks on a public log, each by name, with what must be found. Where the attacker is the
 * operator, everything is hashed and signed again, so that only what must give it away does.
 */

import type { FindingCode } from '../../src/core/verify/finding.ts'
import type { VerifyInput } from '../../src/core/verify/verify.ts'
import {
  AFTERWARDS_MS,
  type Ballot,
  ballotEntry,
  CLOSED,
  checkpointOf,
  closeEntry,
  DURING_MS,
  districtsText,
  filesOf,
  type HonestLog,
  resultText,
} from './honest-log.ts'
import {
  checkpointText,
  type Files,
  leafHash,
  logKey,
  receipts,
  sha256Hex,
  signedNote,
  trackerOf,
} from './log-bytes.ts'

/** What the verifier is given. */
export interface Scene {
  readonly files: Files
  readonly input: Partial<VerifyInput>
}

export interface Attack {
  readonly name: string
  /** Exactly these findings, whatever their number. */
  readonly finds: readonly FindingCode[]
  readonly scene: (log: HonestLog) => Scene
}

const made = new WeakMap<HonestLog, Scene>()

/** The untouched log with all that can be held against it. */
export function honest(log: HonestLog): Scene {
  let scene = made.get(log)
  if (scene === undefined) {
    const [before, after] = [log.published.slice(0, -2), log.published.slice(-2)]
    const seen = [
      ...before.map((size) => seenAt(log, size)),
      ...after.map((size) => ({ ...seenAt(log, size), seenAtMs: AFTERWARDS_MS })),
    ]
    const input = { nowMs: AFTERWARDS_MS, key: log.key.vkey, result: Buffer.from(log.result) }
    scene = { files: filesOf(log), input: { ...input, receipts: log.receipts, seen } }
    made.set(log, scene)
  }
  return { files: new Map(scene.files), input: scene.input }
}

/** A checkpoint seen while voting was open. */
const seenAt = (log: HonestLog, size: number) => ({
  note: checkpointOf(log, log.entries.slice(0, size)),
  seenAtMs: DURING_MS,
})

/** One who sees the log for the first time. */
const stranger = { seen: [], receipts: [] }

const withFile = (log: HonestLog, path: string, change: (bytes: Buffer) => Buffer | undefined): Scene => {
  const scene = honest(log)
  const bytes = scene.files.get(path)
  if (bytes === undefined) throw new Error(`the log has no ${path}`)
  const changed = change(Buffer.from(bytes))
  if (changed === undefined) scene.files.delete(path)
  else scene.files.set(path, changed)
  return scene
}

/**
 * The operator hashes and signs these entries; nobody has seen the log before unless `input` says
 * so.
 */
const resigned = (
  log: HonestLog,
  entries: readonly string[],
  input: Partial<VerifyInput> = stranger,
): Scene => ({
  files: filesOf(log, entries),
  input: { ...honest(log).input, ...input },
})

const flip = (bytes: Buffer, at: number): Buffer => {
  bytes[at]! ^= 1
  return bytes
}

const isBallot = (entry: string) => entry.includes('"nonce"')
const ballotAt = (log: HonestLog, after: number): number =>
  log.entries.findIndex((e, i) => i >= after && isBallot(e))
const ballotOf = (log: HonestLog, district: string): number =>
  log.entries.findIndex((entry) => entry.includes(`"district":"${district}"`))
const poolBallot = (log: HonestLog): number =>
  log.entries.findIndex((entry) => isBallot(entry) && !entry.includes('"district"'))

const replaced = (entries: readonly string[], at: number, change: (entry: string) => string): string[] => {
  const changed = change(entries[at]!)
  if (changed === entries[at]) throw new Error(`nothing changed in ${changed}`)
  return entries.with(at, changed)
}
const inserted = (entries: readonly string[], at: number, ...more: string[]) =>
  entries.toSpliced(at, 0, ...more)

/** An operator's own log of these ballots: recounted, closed and signed so that all of it fits. */
function consistent(
  log: HonestLog,
  change: (entries: string[]) => string[],
  ballots: readonly Ballot[],
  input: Partial<VerifyInput> = {},
): Scene {
  const { definition, issuedLater, issued } = log
  const result = resultText(definition, ballots, issued)
  const entries = change(log.entries.slice(0, -1))
  entries.push(closeEntry({ definition, ballots, issued: issuedLater, result, entries }))
  return resigned(log, entries, { ...stranger, result: Buffer.from(result), ...input })
}

const closing = (
  log: HonestLog,
  changes: Record<string, unknown>,
  input: Partial<VerifyInput> = {},
): Scene => {
  const { definition, ballots, issuedLater: issued, result, entries } = log
  const close = closeEntry({ definition, ballots, issued, result, entries }, changes)
  return resigned(log, [...entries.slice(0, -1), close], { ...stranger, ...input })
}

/** One voter's ballot for mayor, given to another candidate. */
function turned(log: HonestLog): {
  readonly at: number
  readonly entry: string
  readonly ballots: readonly Ballot[]
} {
  const index = log.ballots.findIndex(({ district, marks }) => district === 0 && marks[0]![0] === 1)
  const ballot = log.ballots[index]!
  const other = { ...ballot, marks: ballot.marks.with(0, [0]) }
  const at = log.entries.indexOf(ballotEntry(ballot, log.issued))
  return { at, entry: ballotEntry(other, log.issued), ballots: log.ballots.with(index, other) }
}

const extra = (district: number, n: number): Ballot => ({
  district,
  marks: [[0], [], []],
  nonce: sha256Hex(`stuffed ${district} ${n}`).slice(0, 32),
})
const amended = (at: string, change: object) =>
  JSON.stringify({ v: 1, entry: 'amendment', election: 'city-2026', at, change })
const roll = (issued: readonly number[]) => ({
  size: issued.reduce((a, b) => a + b, 0),
  root: Buffer.alloc(32, 7).toString('base64'),
  per_district_sha256: sha256Hex(districtsText(issued)),
})
const bend = (log: HonestLog, at: number, change: (entry: string) => string): Scene =>
  resigned(log, replaced(log.entries, at, change))

const OTHER = 'the key of somebody else'
const DUE_S = DURING_MS / 1000
/** Once the log was closed: a checkpoint cannot be cosigned before its last entry is made. */
const COSIGNED_S = Date.parse(CLOSED) / 1000 + 60

export const FILE_ATTACKS: readonly Attack[] = [
  {
    name: 'a byte of an entry flipped',
    finds: ['tile-differs', 'root-differs', 'entry-invalid', 'rewritten'],
    scene: (log) => withFile(log, 'tile/entries/003', (bytes) => flip(bytes, 2)),
  },
  {
    name: 'one choice changed in an entry bundle, nothing else',
    finds: ['tile-differs', 'root-differs', 'rewritten', 'close-totals', 'result-differs'],
    scene: (log) =>
      withFile(log, 'tile/entries/002', (bytes) => {
        const at = bytes.indexOf('"choices":[[1]')
        return flip(bytes, at + '"choices":[['.length)
      }),
  },
  {
    name: 'a byte of a leaf tile flipped',
    finds: ['tile-differs'],
    scene: (log) => withFile(log, 'tile/0/004', (bytes) => flip(bytes, 100)),
  },
  {
    name: 'a byte of an interior tile flipped',
    finds: ['tile-differs'],
    scene: (log) => withFile(log, 'tile/1/000.p/11', (bytes) => flip(bytes, 64)),
  },
  {
    name: 'an interior tile too narrow',
    finds: ['tile-width'],
    scene: (log) => withFile(log, 'tile/1/000.p/11', (bytes) => bytes.subarray(0, -32)),
  },
  {
    name: 'a leaf tile too wide',
    finds: ['tile-width'],
    scene: (log) => withFile(log, 'tile/0/001', (bytes) => Buffer.concat([bytes, bytes.subarray(0, 32)])),
  },
  {
    name: 'a leaf tile missing',
    finds: ['tile-missing'],
    scene: (log) => withFile(log, 'tile/0/001', () => undefined),
  },
  {
    name: 'the partial leaf tile missing',
    finds: ['tile-missing'],
    scene: (log) => withFile(log, `tile/0/011.p/${log.entries.length % 256}`, () => undefined),
  },
  {
    name: 'the partial interior tile missing',
    finds: ['tile-missing'],
    scene: (log) => withFile(log, 'tile/1/000.p/11', () => undefined),
  },
  {
    name: 'an entry bundle truncated',
    finds: ['bundle-malformed'],
    scene: (log) => withFile(log, 'tile/entries/005', (bytes) => bytes.subarray(0, -1)),
  },
  {
    name: 'bytes after the last entry of a bundle',
    finds: ['bundle-malformed'],
    scene: (log) => withFile(log, 'tile/entries/005', (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
  },
  {
    name: 'an entry bundle missing',
    finds: ['bundle-missing'],
    scene: (log) => withFile(log, 'tile/entries/000', () => undefined),
  },
  {
    name: 'two leaves swapped in bundle and tile, the tree left as it was',
    finds: ['root-differs', 'rewritten', 'tile-differs'],
    scene: (log) => {
      const at = ballotAt(log, 300)
      const entries = log.entries.with(at, log.entries[at + 1]!).with(at + 1, log.entries[at]!)
      const scene = honest(log)
      for (const [path, bytes] of filesOf(log, entries))
        if (/^tile\/(0|entries)\//.test(path)) scene.files.set(path, bytes)
      return scene
    },
  },
  {
    name: 'the definition edited after the fact',
    finds: ['definition-differs'],
    scene: (log) =>
      withFile(log, 'definition.json', (bytes) => Buffer.from(`${bytes}`.replace('"ADA"', '"ADAM"'))),
  },
  {
    name: 'no definition',
    finds: ['definition-missing'],
    scene: (log) => withFile(log, 'definition.json', () => undefined),
  },
  {
    name: 'the roll enlarged in districts.json',
    finds: ['districts-differ'],
    scene: (log) => withFile(log, 'districts.json', () => Buffer.from(districtsText([9999, 9999, 5, 8, 4]))),
  },
  {
    name: 'the districts of an amendment gone',
    finds: ['districts-missing', 'close-keys'],
    scene: (log) =>
      withFile(log, `districts-${sha256Hex(districtsText(log.issuedLater))}.json`, () => undefined),
  },
  {
    name: 'the roll enlarged in the districts of an amendment',
    finds: ['districts-differ', 'close-keys'],
    scene: (log) =>
      withFile(log, `districts-${sha256Hex(districtsText(log.issuedLater))}.json`, () =>
        Buffer.from(districtsText(log.issuedLater.with(0, 9999))),
      ),
  },
  {
    name: 'another genesis.json than the first entry',
    finds: ['genesis-differs', 'policy-differs'],
    scene: (log) =>
      withFile(log, 'genesis.json', (b) =>
        Buffer.from(`${b}`.replace('"suppress_below":10', '"suppress_below":11')),
      ),
  },
  {
    name: 'no genesis.json',
    finds: ['genesis-missing'],
    scene: (log) => withFile(log, 'genesis.json', () => undefined),
  },
  {
    name: 'no checkpoint',
    finds: ['checkpoint-missing'],
    scene: (log) => withFile(log, 'checkpoint', () => undefined),
  },
  {
    name: 'the published result edited',
    finds: ['close-result', 'result-differs'],
    scene: (log) => {
      const result = log.result.replace(
        /"id":"ada","votes":(\d+)/,
        (_, n) => `"id":"ada","votes":${Number(n) + 1}`,
      )
      return { ...honest(log), input: { ...honest(log).input, result: Buffer.from(result) } }
    },
  },
  {
    name: 'the published result written in another way',
    finds: ['close-result', 'result-differs'],
    scene: (log) => ({
      ...honest(log),
      input: { ...honest(log).input, result: Buffer.from(log.result.trim()) },
    }),
  },
  {
    name: 'no published result',
    finds: ['result-missing'],
    scene: (log) => ({ ...honest(log), input: { ...honest(log).input, result: null } }),
  },
]

export const CHECKPOINT_ATTACKS: readonly Attack[] = [
  {
    name: 'the checkpoint rolled back to an earlier one',
    finds: ['rollback', 'promise-broken'],
    scene: (log) => {
      const entries = log.entries.slice(0, log.published[5])
      const input = {
        nowMs: AFTERWARDS_MS,
        seen: [seenAt(log, log.published[8]!)],
        receipts: [log.receipts[3]!],
      }
      return resigned(log, entries, input)
    },
  },
  {
    name: 'split view: another tree of the same size shown to somebody',
    finds: ['split-view'],
    scene: (log) => {
      const { at, entry, ballots } = turned(log)
      const other = log.entries.with(at, entry)
      void ballots
      return resigned(log, log.entries, { ...stranger, seen: [{ note: checkpointOf(log, other) }] })
    },
  },
  {
    name: 'the checkpoint says one entry fewer than it hashes',
    finds: ['tile-missing', 'bundle-missing'],
    scene: (log) => {
      const scene = resigned(log, log.entries)
      const [origin, size, root] = `${scene.files.get('checkpoint')}`.split('\n')
      const text = `${origin}\n${Number(size) - 1}\n${root}\n`
      scene.files.set('checkpoint', Buffer.from(signedNote(text, log.key.line(text))))
      return scene
    },
  },
  {
    name: 'the checkpoint signed by another key of the same name',
    finds: ['checkpoint-signature'],
    scene: (log) =>
      withFile(log, 'checkpoint', () =>
        Buffer.from(checkpointOf(log, log.entries, logKey(log.key.name, OTHER))),
      ),
  },
  {
    name: 'the checkpoint’s signature of another checkpoint',
    finds: ['checkpoint-signature'],
    scene: (log) =>
      withFile(log, 'checkpoint', () => {
        const text = checkpointText(log.key.name, log.entries.map(leafHash))
        return Buffer.from(signedNote(text, log.key.line(`${text}more\n`)))
      }),
  },
  {
    name: 'another origin in the checkpoint',
    finds: ['origin-differs'],
    scene: (log) =>
      withFile(log, 'checkpoint', () => {
        const text = checkpointText('example.org/city-2027', log.entries.map(leafHash))
        return Buffer.from(signedNote(text, log.key.line(text)))
      }),
  },
  {
    name: 'unknown extension lines in the checkpoint',
    finds: ['checkpoint-extension'],
    scene: (log) =>
      withFile(log, 'checkpoint', () => {
        const text = checkpointText(log.key.name, log.entries.map(leafHash), 'see page 2\n')
        return Buffer.from(signedNote(text, log.key.line(text)))
      }),
  },
  {
    name: 'no signed note for a checkpoint',
    finds: ['checkpoint-malformed'],
    scene: (log) => withFile(log, 'checkpoint', (bytes) => bytes.subarray(0, 40)),
  },
  {
    name: 'the whole log under a new key, against a verifier who knows the old one',
    finds: ['key-differs', 'origin-differs'],
    scene: (log) => {
      const key = logKey('example.org/city-2026-b', OTHER)
      const entries = log.entries.with(0, log.entries[0]!.replace(log.key.vkey, key.vkey))
      return { files: filesOf(log, entries, key), input: { ...honest(log).input, ...stranger } }
    },
  },
  {
    name: 'a checkpoint said to be seen that the log never signed',
    finds: ['seen-signature'],
    scene: (log) =>
      resigned(log, log.entries, {
        ...stranger,
        seen: [{ note: checkpointOf(log, [], logKey(log.key.name, OTHER)) }],
      }),
  },
]

const WITNESSES = [1, 2, 3].map((n) => logKey(`witness.example/${n}`, `witness ${n}`, 4))
const quorum = { ...stranger, witnesses: WITNESSES.map(({ vkey }) => vkey), quorum: 2 }
const cosigned = (
  log: HonestLog,
  lines: (text: string) => readonly string[],
  input: Partial<VerifyInput> = quorum,
) => {
  const scene = resigned(log, log.entries, input)
  const text = checkpointText(log.key.name, log.entries.map(leafHash))
  scene.files.set('checkpoint', Buffer.from(signedNote(text, log.key.line(text), ...lines(text))))
  return scene
}
export const wellCosigned = (log: HonestLog): Scene =>
  cosigned(log, (text) => [
    WITNESSES[0]!.cosignatureLine(text, COSIGNED_S),
    WITNESSES[2]!.cosignatureLine(text, COSIGNED_S),
  ])

export const WITNESS_ATTACKS: readonly Attack[] = [
  {
    name: 'too few cosignatures',
    finds: ['cosignatures-too-few'],
    scene: (log) => cosigned(log, (text) => [WITNESSES[0]!.cosignatureLine(text, COSIGNED_S)]),
  },
  {
    name: 'one witness signing twice for two',
    finds: ['cosignatures-too-few'],
    scene: (log) =>
      cosigned(log, (text) => [0, 1].map((later) => WITNESSES[0]!.cosignatureLine(text, COSIGNED_S + later))),
  },
  {
    name: 'one witness’s key under two names',
    finds: ['cosignatures-too-few'],
    scene: (log) => {
      const alias = logKey('witness.example/alias', 'witness 1', 4)
      const witnesses = [WITNESSES[0]!.vkey, alias.vkey]
      return cosigned(
        log,
        (text) => [WITNESSES[0]!, alias].map((each) => each.cosignatureLine(text, COSIGNED_S)),
        {
          ...quorum,
          witnesses,
        },
      )
    },
  },
  {
    name: 'a cosignature of another checkpoint',
    finds: ['cosignature-invalid', 'cosignatures-too-few'],
    scene: (log) =>
      cosigned(log, (text) => [
        WITNESSES[0]!.cosignatureLine(text, COSIGNED_S),
        WITNESSES[1]!.cosignatureLine(`${text}more\n`, COSIGNED_S),
      ]),
  },
  {
    name: 'a cosignature forged with another key',
    finds: ['cosignature-invalid', 'cosignatures-too-few'],
    scene: (log) =>
      cosigned(log, (text) => {
        const good = WITNESSES[1]!.cosignatureLine(text, COSIGNED_S).split(' ')
        const bytes = Buffer.from(good[2]!, 'base64')
        return [
          WITNESSES[0]!.cosignatureLine(text, COSIGNED_S),
          `${good[0]} ${good[1]} ${flip(bytes, 20).toString('base64')}\n`,
        ]
      }),
  },
]

export const RECEIPT_ATTACKS: readonly Attack[] = [
  {
    name: 'a receipt never merged',
    finds: ['promise-broken'],
    scene: (log) => {
      const lost = trackerOf(ballotEntry(extra(0, 1), log.issued))
      return resigned(log, log.entries, {
        ...stranger,
        receipts: receipts([lost], 'city-2026', DUE_S, log.key),
      })
    },
  },
  {
    name: 'a receipt never merged, not due yet, in a log that is closed',
    finds: ['promise-broken'],
    scene: (log) => {
      const lost = trackerOf(ballotEntry(extra(0, 1), log.issued))
      const due = AFTERWARDS_MS / 1000 + 600
      return resigned(log, log.entries, {
        ...stranger,
        receipts: receipts([lost], 'city-2026', due, log.key),
      })
    },
  },
  {
    name: 'a receipt looked for in a copy that lacks entries: no promise is said to be broken',
    finds: ['bundle-missing', 'tile-missing'],
    scene: (log) => {
      const scene = resigned(log, log.entries, { ...stranger, receipts: [log.receipts[3]!] })
      for (const path of scene.files.keys())
        if (/^tile\/(0|entries)\/01[01]/.test(path)) scene.files.delete(path)
      return scene
    },
  },
  {
    name: 'a receipt looked for in a copy whose entries were changed: no promise is said to be broken',
    finds: ['root-differs'],
    scene: (log) => {
      const { at, entry, ballots } = turned(log)
      const own = receipts([trackerOf(log.entries[at]!)], 'city-2026', DUE_S, log.key)
      const scene = consistent(log, (e) => e.with(at, entry), ballots, { receipts: own })
      scene.files.set('checkpoint', Buffer.from(checkpointOf(log, log.entries)))
      return scene
    },
  },
  {
    name: 'a receipt’s promise signed by somebody else',
    finds: ['receipt-forged'],
    scene: (log) => {
      const forger = logKey(log.key.name, OTHER)
      const lost = trackerOf(ballotEntry(extra(0, 1), log.issued))
      return resigned(log, log.entries, {
        ...stranger,
        receipts: receipts([lost], 'city-2026', DUE_S, forger),
      })
    },
  },
  {
    name: 'a receipt’s tracker exchanged under a genuine promise',
    finds: ['receipt-forged'],
    scene: (log) => {
      const lost = trackerOf(ballotEntry(extra(0, 1), log.issued))
      const receipt = JSON.stringify({ ...JSON.parse(log.receipts[0]!), tracker: lost })
      return resigned(log, log.entries, { ...stranger, receipts: [receipt] })
    },
  },
  {
    name: 'a receipt of another log',
    finds: ['receipt-other-log'],
    scene: (log) => {
      const other = logKey('example.org/village-2026', OTHER)
      const lost = trackerOf(ballotEntry(extra(0, 1), log.issued))
      return resigned(log, log.entries, {
        ...stranger,
        receipts: receipts([lost], 'city-2026', DUE_S, other),
      })
    },
  },
  {
    name: 'a tracker that no entry has',
    finds: ['tracker-not-found'],
    scene: (log) => resigned(log, log.entries, { ...stranger, receipts: [trackerOf('nothing')] }),
  },
]

export const OPERATOR_ATTACKS: readonly Attack[] = [
  {
    name: 'one ballot changed, everything rebuilt: an earlier checkpoint tells',
    finds: ['rewritten'],
    scene: (log) => {
      const { at, entry, ballots } = turned(log)
      return consistent(log, (e) => e.with(at, entry), ballots, { seen: [seenAt(log, log.published[12]!)] })
    },
  },
  {
    name: 'one ballot changed, everything rebuilt: its voter’s receipt tells',
    finds: ['promise-broken'],
    scene: (log) => {
      const { at, entry, ballots } = turned(log)
      const own = receipts([trackerOf(log.entries[at]!)], 'city-2026', DUE_S, log.key)
      return consistent(log, (e) => e.with(at, entry), ballots, { receipts: own })
    },
  },
  {
    name: 'two ballots swapped, everything rebuilt: an earlier checkpoint tells',
    finds: ['rewritten'],
    scene: (log) => {
      const at = ballotAt(log, 40)
      const swapped = log.entries.with(at, log.entries[at + 1]!).with(at + 1, log.entries[at]!)
      return resigned(log, swapped, { ...stranger, seen: [seenAt(log, log.published[2]!)] })
    },
  },
  {
    name: 'a ballot dropped, everything rebuilt: an earlier checkpoint tells',
    finds: ['rewritten'],
    scene: (log) => {
      const index = log.ballots.findIndex(({ district }) => district === 0)
      const at = log.entries.indexOf(ballotEntry(log.ballots[index]!, log.issued))
      const seen = [seenAt(log, log.published[2]!)]
      return consistent(log, (e) => e.toSpliced(at, 1), log.ballots.toSpliced(index, 1), { seen })
    },
  },
  {
    name: 'a ballot added in the middle, everything rebuilt: an earlier checkpoint tells',
    finds: ['rewritten'],
    scene: (log) => {
      const more = extra(0, 1)
      const seen = [seenAt(log, log.published[2]!)]
      return consistent(log, (e) => inserted(e, 5, ballotEntry(more, log.issued)), [...log.ballots, more], {
        seen,
      })
    },
  },
  {
    name: 'a ballot copied, everything rebuilt',
    finds: ['nonce-repeated'],
    scene: (log) => {
      const index = log.ballots.findIndex(({ district }) => district === 1)
      const copy = log.ballots[index]!
      return consistent(log, (e) => inserted(e, 900, ballotEntry(copy, log.issued)), [...log.ballots, copy])
    },
  },
  {
    name: 'a nonce used for two different ballots',
    finds: ['nonce-repeated'],
    scene: (log) => {
      const more = { ...extra(1, 1), nonce: log.ballots[0]!.nonce }
      return consistent(log, (e) => inserted(e, 900, ballotEntry(more, log.issued)), [...log.ballots, more])
    },
  },
  {
    name: 'more ballots of a district than its keys',
    finds: ['too-many-ballots'],
    scene: (log) => {
      const here = log.ballots.filter(({ district }) => district === 1).length
      const more = Array.from({ length: log.issued[1]! - here + 1 }, (_, n) => extra(1, n))
      return consistent(log, (e) => [...e, ...more.map((each) => ballotEntry(each, log.issued))], [
        ...log.ballots,
        ...more,
      ])
    },
  },
  {
    name: 'more ballots of unnamed districts than their keys',
    finds: ['too-many-ballots'],
    scene: (log) => {
      const more = Array.from({ length: 9 }, (_, n) => extra(3, n))
      return consistent(log, (e) => [...e, ...more.map((each) => ballotEntry(each, log.issued))], [
        ...log.ballots,
        ...more,
      ])
    },
  },
  {
    name: 'keys issued only after too many ballots were there',
    finds: ['too-many-ballots'],
    scene: (log) => {
      const here = log.ballots.filter(({ district }) => district === 1).length
      const more = Array.from({ length: log.issued[1]! - here + 1 }, (_, n) => extra(1, n))
      const issued = log.issuedLater.with(1, log.issued[1]! + 10)
      const late = amended('2026-03-01T19:00:00.000Z', { roll: roll(issued) })
      const entries = [
        ...log.entries.slice(0, -1),
        ...more.map((each) => ballotEntry(each, log.issued)),
        late,
      ]
      const ballots = [...log.ballots, ...more]
      const result = resultText(log.definition, ballots, log.issued)
      entries.push(closeEntry({ definition: log.definition, ballots, issued, result, entries }))
      const scene = resigned(log, entries, { ...stranger, result: Buffer.from(result) })
      scene.files.set(
        `districts-${sha256Hex(districtsText(issued))}.json`,
        Buffer.from(districtsText(issued)),
      )
      return scene
    },
  },
  {
    name: 'more keys by an amendment than its districts have',
    finds: ['districts-invalid'],
    scene: (log) => {
      const anew = roll(log.issuedLater)
      const more = { roll: { ...anew, size: anew.size + 1000 } }
      return resigned(log, inserted(log.entries, 2000, amended('2026-03-01T12:00:00.000Z', more)))
    },
  },
  {
    name: 'a district loses keys by an amendment',
    finds: ['roll-shrunk', 'close-keys'],
    scene: (log) => {
      const issued = log.issuedLater.with(1, 10)
      const scene = closing(log, { keys_issued: issued.reduce((a, b) => a + b, 0) })
      const entries = [
        ...log.entries.slice(0, -1),
        amended('2026-03-01T12:00:00.000Z', { roll: roll(issued) }),
      ]
      entries.push(
        closeEntry({ definition: log.definition, ballots: log.ballots, issued, result: log.result, entries }),
      )
      const files = filesOf(log, entries)
      files.set(`districts-${sha256Hex(districtsText(issued))}.json`, Buffer.from(districtsText(issued)))
      return { ...scene, files }
    },
  },
  {
    name: 'a close with other totals',
    finds: ['close-totals'],
    scene: (log) =>
      closing(log, {
        totals: [
          [1, 2, 3],
          [0, 0, 0, 0],
          [0, 0],
        ],
      }),
  },
  {
    name: 'a close without totals that would fit',
    finds: ['close-totals'],
    scene: (log) => closing(log, { totals: null }),
  },
  {
    name: 'a close with more keys used than issued',
    finds: ['close-keys'],
    scene: (log) => closing(log, { keys_used: 1_000_000 }),
  },
  {
    name: 'a close with more keys issued than the roll has',
    finds: ['close-keys'],
    scene: (log) => closing(log, { keys_issued: 1_000_000 }),
  },
  {
    name: 'a close that counts one ballot fewer',
    finds: ['close-ballots'],
    scene: (log) => closing(log, { ballots: 2999 }),
  },
  {
    name: 'a close over another result file',
    finds: ['close-result'],
    scene: (log) => closing(log, { result_sha256: sha256Hex('another') }),
  },
  {
    name: 'a result that fits the close and not the ballots',
    finds: ['result-differs'],
    scene: (log) => {
      const result = log.result.replace(/"blank":(\d+)/, (_, n) => `"blank":${Number(n) + 1}`)
      return closing(log, { result_sha256: sha256Hex(result) }, { result: Buffer.from(result) })
    },
  },
  {
    name: 'a result that moves ballots to another small district style',
    finds: ['result-differs'],
    scene: (log) => {
      const result = log.result.replaceAll(
        /"id":"dale","ballots":(\d+)/g,
        (_, n) => `"id":"dale","ballots":${Number(n) + 1}`,
      )
      return closing(log, { result_sha256: sha256Hex(result) }, { result: Buffer.from(result) })
    },
  },
  {
    name: 'a result that tells a small district’s votes',
    finds: ['result-differs'],
    scene: (log) => {
      const result = resultText(log.definition, log.ballots, log.issued, 1)
      return closing(log, { result_sha256: sha256Hex(result) }, { result: Buffer.from(result) })
    },
  },
  {
    name: 'a ballot after the close',
    finds: ['entry-after-close', 'close-ballots', 'close-keys', 'close-totals', 'result-differs'],
    scene: (log) => resigned(log, [...log.entries, ballotEntry(extra(0, 1), log.issued)]),
  },
  {
    name: 'two closes',
    finds: ['close-repeated', 'entry-after-close'],
    scene: (log) => resigned(log, [...log.entries, log.entries.at(-1)!]),
  },
  {
    name: 'a close before voting had ended',
    finds: ['close-too-early'],
    scene: (log) => closing(log, { at: '2026-03-01T19:59:59.999Z' }),
  },
  {
    name: 'a second genesis',
    finds: ['genesis-repeated'],
    scene: (log) => resigned(log, inserted(log.entries, 400, log.entries[0]!)),
  },
  {
    name: 'no genesis at the beginning',
    finds: ['genesis-differs'],
    scene: (log) => {
      const scene = resigned(log, log.entries.slice(1))
      scene.files.set('genesis.json', Buffer.from(log.entries[0]!))
      return scene
    },
  },
  {
    name: 'a release policy that the definition does not have',
    finds: ['policy-differs'],
    scene: (log) => bend(log, 0, (e) => e.replace('"suppress_below":10', '"suppress_below":9')),
  },
  {
    name: 'an amendment that takes the extension back',
    finds: ['amendment-reverts'],
    scene: (log) =>
      resigned(
        log,
        inserted(
          log.entries,
          2000,
          amended('2026-03-01T11:30:00.000Z', { closes_at: '2026-03-01T18:00:00.000Z' }),
        ),
      ),
  },
  {
    name: 'an extension after voting had ended',
    finds: ['amendment-reverts'],
    scene: (log) =>
      resigned(
        log,
        inserted(
          log.entries,
          2999,
          amended('2026-03-01T20:00:00.000Z', { closes_at: '2026-03-01T22:00:00.000Z' }),
        ),
        {
          ...stranger,
        },
      ),
  },
  {
    name: 'a backdated amendment',
    finds: ['amendment-reverts', 'roll-exchanged'],
    scene: (log) =>
      resigned(
        log,
        inserted(log.entries, 2000, amended('2026-03-01T09:00:00.000Z', { roll: roll(log.issuedLater) })),
        {
          ...stranger,
        },
      ),
  },
  {
    name: 'an amendment of something else',
    finds: ['amendment-invalid'],
    scene: (log) =>
      resigned(log, inserted(log.entries, 2000, amended('2026-03-01T12:00:00.000Z', { suppress_below: 1 }))),
  },
  {
    name: 'an entry of a kind unknown',
    finds: ['entry-invalid'],
    scene: (log) =>
      resigned(log, inserted(log.entries, 2000, '{"v":1,"entry":"note","election":"city-2026"}')),
  },
]

export const BALLOT_ATTACKS: readonly Attack[] = [
  {
    name: 'a ballot of another election',
    finds: ['entry-of-other-election'],
    scene: (log) => bend(log, ballotAt(log, 500), (e) => e.replace('city-2026', 'city-2022')),
  },
  {
    name: 'a ballot style that is not there',
    finds: ['style-unknown'],
    scene: (log) => bend(log, ballotAt(log, 500), (e) => e.replace(/"style":"\d"/, '"style":"3"')),
  },
  {
    name: 'a district that is not there',
    finds: ['district-unknown'],
    scene: (log) => bend(log, ballotOf(log, 'north'), (e) => e.replace('"north"', '"east"')),
  },
  {
    name: 'a district of another style',
    finds: ['district-not-of-style'],
    scene: (log) => bend(log, ballotOf(log, 'north'), (e) => e.replace('"north"', '"south"')),
  },
  {
    name: 'a district named that is too small to be',
    finds: ['district-must-not-be-named'],
    scene: (log) =>
      bend(log, poolBallot(log), (e) =>
        e
          .replace('"style":"1"', '"style":"1","district":"hill"')
          .replace('"style":"2"', '"style":"2","district":"dale"'),
      ),
  },
  {
    name: 'a vote outside the ballot style',
    finds: ['choices-outside-style'],
    scene: (log) =>
      bend(log, ballotOf(log, 'north'), (e) => e.replace(/\],\[[^\]]*\]\],"nonce/, '],[0]],"nonce')),
  },
  {
    name: 'an overvote',
    finds: ['choices-overvote'],
    scene: (log) =>
      bend(log, ballotOf(log, 'south'), (e) => e.replace(/"choices":\[\[\d?\]/, '"choices":[[0,1]')),
  },
  {
    name: 'a candidate who does not stand',
    finds: ['choices-invalid'],
    scene: (log) =>
      bend(log, ballotOf(log, 'south'), (e) => e.replace(/"choices":\[\[\d?\]/, '"choices":[[7]')),
  },
  {
    name: 'one candidate twice on a ballot',
    finds: ['choices-invalid'],
    scene: (log) =>
      bend(log, ballotOf(log, 'north'), (e) =>
        e.replace(/\],\[[^\]]*\],\[\]\],"nonce/, '],[1,1],[]],"nonce'),
      ),
  },
  {
    name: 'a space in a ballot',
    finds: ['entry-not-canonical'],
    scene: (log) => bend(log, ballotAt(log, 700), (e) => e.replace(',"style"', ', "style"')),
  },
  {
    name: 'a ballot’s members in another order',
    finds: ['entry-not-canonical'],
    scene: (log) =>
      bend(log, ballotOf(log, 'north'), (e) => e.replace(/("style":"1"),("district":"north")/, '$2,$1')),
  },
  {
    name: 'a time added to a ballot',
    finds: ['entry-not-canonical'],
    scene: (log) => bend(log, ballotAt(log, 700), (e) => e.replace(/\}$/, ',"at":"12:00"}')),
  },
  {
    name: 'a nonce in capitals',
    finds: ['entry-not-canonical'],
    scene: (log) =>
      bend(log, ballotAt(log, 700), (e) => e.replace(/[0-9a-f]{32}/, (hex) => hex.toUpperCase())),
  },
  {
    name: 'a ballot of another version',
    finds: ['entry-invalid'],
    scene: (log) => bend(log, ballotAt(log, 700), (e) => e.replace('"v":1', '"v":2')),
  },
  {
    name: 'an entry that is no JSON',
    finds: ['entry-invalid'],
    scene: (log) => bend(log, ballotAt(log, 700), () => 'ballot'),
  },
  {
    name: 'an empty entry',
    finds: ['entry-invalid'],
    scene: (log) => bend(log, ballotAt(log, 700), () => ''),
  },
]
