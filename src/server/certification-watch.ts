/** Watches for the certification of an election that is served: `elections certify` writes it beside the closed log. */
import type { Logger } from 'pino'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { lotsOf, openCertification } from '../core/log/certification.ts'
import { CERTIFICATION_PATH } from '../core/log/certification-form.ts'
import type { PublicLogState } from '../core/status/public-log-state.ts'
import { base64 } from '../core/tlog/base64.ts'
import { parseCheckpoint } from '../core/tlog/checkpoint.ts'
import { Malformed } from '../core/tlog/malformed.ts'
import { parseNote } from '../core/tlog/note.ts'

export interface CertifiedDeps {
  readonly electionId: string
  /** The log's, a C2SP verifier key. */
  readonly verifierKey: string
  readonly read: (path: string) => Promise<Uint8Array | undefined>
  /** The closed log; undefined until it is. */
  readonly closedLog: () => { readonly size: number; readonly root: Uint8Array } | undefined
  /** Of the result document as it is shown here; undefined while nothing is. */
  readonly resultSha256: () => string | undefined
  readonly onCertified: () => void
  readonly log: Logger
}

export interface CertifiedWatch {
  /** When it was certified, and by which lots ties were decided; empty until it is. */
  readonly state: () => Pick<PublicLogState, 'certified_at' | 'lots'>
  readonly stop: () => void
}

const LOOK_MS = 1_000

export function watchCertification(deps: CertifiedDeps): CertifiedWatch {
  const { electionId, verifierKey, read, closedLog, resultSha256, onCertified, log } = deps
  let state: Pick<PublicLogState, 'certified_at' | 'lots'> = {}
  let taken: Uint8Array | undefined
  let refused: Uint8Array | undefined
  let looking = false
  let otherTold = false

  /** A count may be behind: it is looked at again, and told of once. */
  const refuseOther = (shown: string | undefined): void => {
    if (shown === undefined || otherTold) return
    otherTold = true
    log.error(
      { election: electionId },
      'the certified result is another than the one shown here, which is not shown as certified',
    )
  }
  const look = async (): Promise<void> => {
    const closed = closedLog()
    const bytes = closed && (await read(CERTIFICATION_PATH))
    if (closed === undefined || bytes === undefined) return
    if ([refused, taken].some((known) => known && Buffer.compare(bytes, known) === 0)) return
    try {
      const found = await openCertification(nodeTreeHasher().sha256, ed25519Verify, verifierKey, bytes)
      const { size, root } = parseCheckpoint(parseNote(found.log.checkpoint).text)
      if (found.election !== electionId) throw new Malformed('the certification of another election')
      if (size !== closed.size || base64(root) !== base64(closed.root))
        throw new Malformed('a certification of another checkpoint')
      const shown = resultSha256()
      if (shown !== found.result_sha256) return refuseOther(shown)
      taken = bytes
      const lots = Object.fromEntries(lotsOf(found))
      state = { certified_at: found.at, ...(Object.keys(lots).length > 0 && { lots }) }
      // A lot may still be recorded for a tie; nothing else changes any more.
      if (found.contests.every(({ outcome }) => outcome?.tied.length === 0)) clearInterval(timer)
      onCertified()
    } catch (cause) {
      if (!(cause instanceof Malformed)) throw cause
      refused = bytes
      log.error(
        { election: electionId, reason: cause.message },
        'log/certification.json is not what it should be',
      )
    }
  }
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    look()
      .catch((err) => log.error({ err, election: electionId }, 'log/certification.json could not be read'))
      .finally(() => {
        looking = false
      })
  }, LOOK_MS)
  timer.unref()
  return { state: () => state, stop: () => clearInterval(timer) }
}
