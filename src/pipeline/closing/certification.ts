/**
 * The last step of closing: notices the certification of the result, which `elections certify`
 * writes beside the closed log, and says when the result that is shown here was certified.
 */
import { lotsOf, openCertification } from '../../core/log/certification.ts'
import { CERTIFICATION_PATH } from '../../core/log/certification-form.ts'
import { base64 } from '../../core/tlog/base64.ts'
import { equalBytes } from '../../core/tlog/bytes.ts'
import { parseCheckpoint } from '../../core/tlog/checkpoint.ts'
import { Malformed } from '../../core/tlog/malformed.ts'
import type { Sha256 } from '../../core/tlog/merkle.ts'
import { parseNote } from '../../core/tlog/note.ts'
import type { VerifyEd25519 } from '../../core/tlog/signature.ts'

export interface CertificationDeps {
  readonly electionId: string
  /** The log's, a C2SP verifier key. */
  readonly verifierKey: string
  readonly sha256: Sha256
  readonly verify: VerifyEd25519
  /** Reads a file of the log; undefined where there is none of that name. */
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /**
   * The certified result is not the one shown here. Called once, though the count may only be
   * behind.
   */
  readonly onOtherResult: () => void
  /** The file is not a certification of this closed log. Called once for the same bytes. */
  readonly onInvalid: (reason: string) => void
}

export interface ClosedLog {
  /** Leaves of the closed log. */
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

export interface CertificationNotice {
  /** When the result was certified, ISO 8601; undefined until it is. */
  readonly at: () => string | undefined
  /**
   * What lots have chosen among equal votes, ids of options by contest; undefined where none is
   * recorded.
   */
  readonly lots: () => Readonly<Record<string, readonly string[]>> | undefined
  /**
   * Reads the certification once more, unless it was noticed before and has no tie left undecided.
   * @param closed the closed log
   * @param resultSha256 of the result document as it is shown here; undefined while none is
   * @returns whether it was noticed now
   * @throws where the file cannot be read
   */
  readonly look: (closed: ClosedLog, resultSha256: () => string | undefined) => Promise<boolean>
}

export function certificationNotice(deps: CertificationDeps): CertificationNotice {
  const { electionId, verifierKey, sha256, verify, read } = deps
  let at: string | undefined
  let lots: Readonly<Record<string, readonly string[]>> | undefined
  let isFinal = false
  let taken: Uint8Array | undefined
  let refused: Uint8Array | undefined
  let sawOther = false

  /** The certification in `bytes`. @throws {Malformed} where it is not one of this closed log */
  const opened = async (bytes: Uint8Array, closed: ClosedLog) => {
    const found = await openCertification(sha256, verify, verifierKey, bytes)
    const { size, root } = parseCheckpoint(parseNote(found.log.checkpoint).text)
    if (found.election !== electionId) throw new Malformed('the certification of another election')
    if (size !== closed.size || base64(root) !== base64(closed.root))
      throw new Malformed('a certification of another checkpoint')
    return found
  }

  return {
    at: () => at,
    lots: () => lots,
    look: async (closed, resultSha256) => {
      const bytes = isFinal ? undefined : await read(CERTIFICATION_PATH)
      if (bytes === undefined) return false
      if ([refused, taken].some((known) => known !== undefined && equalBytes(bytes, known))) return false
      try {
        const found = await opened(bytes, closed)
        const shown = resultSha256()
        if (shown === found.result_sha256) {
          at = found.at
          taken = bytes
          const drawn = Object.fromEntries(lotsOf(found))
          lots = Object.keys(drawn).length > 0 ? drawn : undefined
          // A lot may still be recorded for a tie; nothing else changes any more.
          isFinal = found.contests.every(({ outcome }) => outcome === undefined || outcome.tied.length === 0)
          return true
        }
        // The count here may be behind: the next look compares again.
        if (shown !== undefined && !sawOther) {
          sawOther = true
          deps.onOtherResult()
        }
      } catch (cause) {
        if (!(cause instanceof Malformed)) throw cause
        refused = bytes
        deps.onInvalid(cause.message)
      }
      return false
    },
  }
}
