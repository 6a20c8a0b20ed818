/**
 * Attacks on the certification of a log, each by name; where nothing else is said, the log's own
 * key has signed it.
 */
import { type Attack, honest, type Scene } from './attacks.ts'
import { certified, type Statement, statementOf } from './certified-log.ts'
import { checkpointOf, filesOf, type HonestLog } from './honest-log.ts'
import { logKey, sha256Hex, signedNote } from './log-bytes.ts'

const PATH = 'certification.json'
const OTHER = 'the key of somebody else'

const beside = (log: HonestLog, document: Buffer): Scene => {
  const scene = honest(log)
  scene.files.set(PATH, document)
  return scene
}

export const wellCertified = (log: HonestLog): Scene => beside(log, certified(statementOf(log), log.key))

/** The operator certifies something else, and signs it. */
const signed = (log: HonestLog, change: (statement: Statement) => object): Scene =>
  beside(log, certified(change(statementOf(log)), log.key))

/** Somebody without the key changes the document's text. */
const edited = (log: HonestLog, change: (text: string) => string): Scene => {
  const text = `${certified(statementOf(log), log.key)}`
  const changed = change(text)
  if (changed === text) throw new Error('nothing changed')
  return beside(log, Buffer.from(changed))
}

const ofCheckpoint = (log: HonestLog, checkpoint: string): Scene =>
  signed(log, (statement) => ({ ...statement, log: { ...statement.log, checkpoint } }))

const moreVotes = ({ contests, ...statement }: Statement) => ({
  ...statement,
  contests: contests.with(0, {
    ...contests[0]!,
    options: contests[0]!.options.map((option, o) => ({
      ...option,
      votes: option.votes + [1, -1, 0][o]!,
    })),
  }),
})

export const CERTIFICATION_ATTACKS: readonly Attack[] = [
  {
    name: 'votes edited by one without the key',
    finds: ['certification-signature'],
    scene: (log) =>
      edited(log, (text) => text.replace(/"votes":(\d+)/, (_, n) => `"votes":${Number(n) + 1}`)),
  },
  {
    name: 'the title edited by one without the key',
    finds: ['certification-signature'],
    scene: (log) => edited(log, (text) => text.replace('"City election"', '"Village election"')),
  },
  {
    name: 'signed by another key of the same name',
    finds: ['certification-signature'],
    scene: (log) => beside(log, certified(statementOf(log), logKey(log.key.name, OTHER))),
  },
  {
    name: 'signed by the key of another log',
    finds: ['certification-signature'],
    scene: (log) => beside(log, certified(statementOf(log), logKey('example.org/village-2026', OTHER))),
  },
  {
    name: 'the signature of a checkpoint in place of its own',
    finds: ['certification-signature'],
    scene: (log) => {
      const note = checkpointOf(log, log.entries)
      return beside(log, Buffer.from(`${JSON.stringify({ ...statementOf(log), note })}\n`))
    },
  },
  {
    name: 'other votes, signed',
    finds: ['certification-figures'],
    scene: (log) => signed(log, moreVotes),
  },
  {
    name: 'another number of keys issued, signed',
    finds: ['certification-figures'],
    scene: (log) => signed(log, (s) => ({ ...s, keys_issued: s.keys_issued + 1 })),
  },
  {
    name: 'another turnout, signed',
    finds: ['certification-figures'],
    scene: (log) => signed(log, (s) => ({ ...s, turnout: 0.99 })),
  },
  {
    name: 'blank ballots left out, signed',
    finds: ['certification-figures'],
    scene: (log) =>
      signed(log, (s) => ({ ...s, contests: s.contests.map((each) => ({ ...each, blank: 0 })) })),
  },
  {
    name: 'another title, signed',
    finds: ['certification-names'],
    scene: (log) => signed(log, (s) => ({ ...s, title: 'Village election' })),
  },
  {
    name: 'the names of two candidates exchanged, signed',
    finds: ['certification-names'],
    scene: (log) =>
      beside(
        log,
        certified(JSON.parse(JSON.stringify(statementOf(log)).replace('"GRACE"', '"ALAN"')), log.key),
      ),
  },
  {
    name: 'a real election certified as a simulated one',
    finds: ['certification-names'],
    scene: (log) => signed(log, (s) => ({ ...s, simulated: true })),
  },
  {
    name: 'a contest left out, signed',
    finds: ['certification-names', 'certification-figures'],
    scene: (log) => signed(log, (s) => ({ ...s, contests: s.contests.slice(0, -1) })),
  },
  {
    name: 'of another tree of the same log',
    finds: ['certification-checkpoint'],
    scene: (log) => ofCheckpoint(log, checkpointOf(log, log.entries.toSpliced(5, 1))),
  },
  {
    name: 'of an earlier checkpoint',
    finds: ['certification-checkpoint'],
    scene: (log) => ofCheckpoint(log, checkpointOf(log, log.entries.slice(0, -1))),
  },
  {
    name: 'the right checkpoint in it, which somebody else signed',
    finds: ['certification-checkpoint'],
    scene: (log) => ofCheckpoint(log, checkpointOf(log, log.entries, logKey(log.key.name, OTHER))),
  },
  {
    name: 'another log’s key in it',
    finds: ['certification-checkpoint'],
    scene: (log) =>
      signed(log, (s) => ({ ...s, log: { ...s.log, key: logKey('example.org/b', OTHER).vkey } })),
  },
  {
    name: 'no checkpoint in it',
    finds: ['certification-malformed'],
    scene: (log) => ofCheckpoint(log, 'none'),
  },
  {
    name: 'of another election, under the same key',
    finds: ['certification-of-other-election'],
    scene: (log) => signed(log, (s) => ({ ...s, election: 'city-2022', title: 'The one before' })),
  },
  {
    name: 'of another result than the close names',
    finds: ['certification-result'],
    scene: (log) => signed(log, (s) => ({ ...s, result_sha256: sha256Hex('another') })),
  },
  {
    name: 'dated before the close',
    finds: ['certification-backdated'],
    scene: (log) => signed(log, (s) => ({ ...s, at: '2026-03-01T19:59:59.999Z' })),
  },
  {
    name: 'dated in the future',
    finds: ['certification-in-future'],
    scene: (log) => signed(log, (s) => ({ ...s, at: '2026-03-02T12:15:00.000Z' })),
  },
  {
    name: 'beside a log that is not closed',
    finds: ['certification-of-open-log'],
    scene: (log) => {
      const { input } = honest(log)
      const files = filesOf(log, log.entries.slice(0, -1))
      files.set(PATH, certified(statementOf(log), log.key))
      return { files, input: { ...input, seen: [], receipts: [] } }
    },
  },
  {
    name: 'the JSON laid out for reading',
    finds: ['certification-malformed'],
    scene: (log) => edited(log, (text) => `${JSON.stringify(JSON.parse(text), null, 2)}\n`),
  },
  {
    name: 'without the line feed at its end',
    finds: ['certification-malformed'],
    scene: (log) => edited(log, (text) => text.trimEnd()),
  },
  {
    name: 'a member twice: one reader takes the first, another the last',
    finds: ['certification-malformed'],
    scene: (log) => edited(log, (text) => text.replace('"simulated"', '"title":"Village","simulated"')),
  },
  {
    name: 'members in another order, signed',
    finds: ['certification-malformed'],
    scene: (log) => signed(log, ({ title, ...s }) => ({ ...s, title })),
  },
  {
    name: 'a member that the protocol does not have, signed',
    finds: ['certification-malformed'],
    scene: (log) => signed(log, (s) => ({ ...s, winner: 'grace' })),
  },
  {
    name: 'a figure that is a text, signed',
    finds: ['certification-malformed'],
    scene: (log) => signed(log, (s) => ({ ...s, ballots: '3000' })),
  },
  {
    name: 'a day that no month has, signed',
    finds: ['certification-malformed'],
    scene: (log) => signed(log, (s) => ({ ...s, at: '2026-04-31T12:00:00.000Z' })),
  },
  {
    name: 'software whose name moves the cursor, signed',
    finds: ['certification-malformed'],
    scene: (log) => signed(log, (s) => ({ ...s, software: 'elections \u001b[2J0.1.0' })),
  },
  {
    name: 'a signature that is no note',
    finds: ['certification-malformed'],
    scene: (log) => beside(log, Buffer.from(`${JSON.stringify({ ...statementOf(log), note: 7 })}\n`)),
  },
  {
    name: 'a note without signatures',
    finds: ['certification-signature'],
    scene: (log) => {
      const note = signedNote('text\n')
      return beside(log, Buffer.from(`${JSON.stringify({ ...statementOf(log), note })}\n`))
    },
  },
  {
    name: 'no JSON',
    finds: ['certification-malformed'],
    scene: (log) => beside(log, Buffer.from('certified')),
  },
  {
    name: 'no UTF-8',
    finds: ['certification-malformed'],
    scene: (log) => beside(log, Buffer.of(0x22, 0xff, 0x22)),
  },
  {
    name: 'an empty file',
    finds: ['certification-malformed'],
    scene: (log) => beside(log, Buffer.alloc(0)),
  },
  {
    name: 'lists in lists, a million deep',
    finds: ['certification-malformed'],
    scene: (log) => {
      const deep = '['.repeat(1e6) + ']'.repeat(1e6)
      return edited(log, (text) => text.replace('"contests":[', `"x":${deep},"contests":[`))
    },
  },
  {
    name: 'larger than any',
    finds: ['certification-malformed'],
    scene: (log) => edited(log, (text) => text + ' '.repeat(16 * 1024 * 1024)),
  },
]
