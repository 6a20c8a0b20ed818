/**
 * From records of `votes` to the ballots of one election: each key's first ballot, and nothing that
 * is not ours (docs/protocol.md, "Vote record"). What cannot be a ballot is told with its reason
 * and stops nothing. No I/O.
 */
import type { Choices } from '../../core/election/choices.ts'
import { parseChoices } from '../../core/election/choices.ts'
import type { Election } from '../../core/election/definition.ts'
import { isHexOfLatin1, latin1OfHex } from '../../core/log/latin1-hex.ts'
import { SeenTags } from '../../core/log/seen-tags.ts'
import { parseVoteRecord, type Seal, type SealedRecord } from '../../core/log/vote-record.ts'
import type { Tag } from '../../ports/digest.ts'
import type { ReservedBallot } from '../../ports/key-status.ts'
import type { RawRecord } from '../../ports/votes-reader.ts'

/** Why a record is no ballot. */
export type SetAside =
  | 'unreadable'
  | 'other-version'
  /** Of an election that nobody here knows; told by the watcher alone. */
  | 'unknown-election'
  /** Not written by whoever has the election secret. */
  | 'bad-seal'
  | 'wrong-key'
  | 'wrong-partition'
  | 'unknown-district'
  | 'unknown-choices'
  | 'unissued-tag'
  /** Another ballot of a key that has one. */
  | 'duplicate-tag'

/** A ballot as it lies in the log. */
export type LoggedBallot = ReservedBallot

export interface VotesScanDeps {
  readonly election: Election
  readonly seal: Seal
  /** Whether a tag was issued, where the roll is at hand. */
  readonly isIssued?: ((tag: Tag) => boolean) | undefined
}

/** A record's verdict: a ballot, a repeat of one told before, another election's, or a reason. */
export type Verdict = LoggedBallot | 'repeat' | 'other-election' | SetAside

/** Stateful: records are to be handed in once each, those of a partition in their order. */
export interface VotesScan {
  readonly judge: (record: RawRecord) => Verdict
  /** Ballots told so far. */
  readonly ballots: () => number
}

const TAG_BYTES = 32
/**
 * Distinct choices that are remembered as sound; strangers cannot fill it, for seals are checked
 * first.
 */
const REMEMBERED_CHOICES = 65_536

export function votesScan({ election, seal, isIssued }: VotesScanDeps): VotesScan {
  const districts = new Map(election.districts.map(({ id }, index) => [id, index]))
  const seen = new SeenTags()
  const sound = new Set<string>()

  const isSound = (choices: string): boolean => {
    if (sound.has(choices)) return true
    try {
      parseChoices(choices, election)
    } catch {
      return false
    }
    if (sound.size < REMEMBERED_CHOICES) sound.add(choices)
    return true
  }

  const judge = (record: RawRecord): Verdict => {
    const parsed = record.value === null ? 'unreadable' : parseVoteRecord(record.value)
    if (typeof parsed === 'string') return parsed
    if (parsed.election !== election.id) return 'other-election'
    if (seal(parsed.body) !== parsed.sealHex) return 'bad-seal'
    const { key } = record
    if (key === null || key.length !== TAG_BYTES || !isHexOfLatin1(parsed.tagHex, key)) return 'wrong-key'
    const tag = key as Tag
    if (!record.isAtHome) return 'wrong-partition'
    const district = districts.get(parsed.district)
    if (district === undefined) return 'unknown-district'
    if (!isSound(parsed.choices)) return 'unknown-choices'
    if (isIssued && !isIssued(tag)) return 'unissued-tag'
    const met = seen.meet(parsed.tagHex, parsed.sealHex)
    if (met !== 'new') return met === 'same' ? 'repeat' : 'duplicate-tag'
    return toBallot(parsed, tag, district)
  }

  return { judge, ballots: () => seen.size }
}

function toBallot({ choices, nonceHex, retryHex }: SealedRecord, tag: Tag, district: number): LoggedBallot {
  const retryMark = retryHex === null ? null : latin1OfHex(retryHex)
  return { tag, district, choices: choices as Choices, nonceHex, retryMark }
}

/**
 * The ballots among records. @param onSetAside told of what is none, in the order of the records
 */
export function ballotsAmong(
  scan: VotesScan,
  records: readonly RawRecord[],
  onSetAside: (reason: SetAside, partition: number, offset: number) => void = () => {},
): LoggedBallot[] {
  const ballots: LoggedBallot[] = []
  for (const record of records) {
    const verdict = scan.judge(record)
    if (typeof verdict === 'object') ballots.push(verdict)
    else if (verdict !== 'repeat' && verdict !== 'other-election')
      onSetAside(verdict, record.partition, record.offset)
  }
  return ballots
}
