/** Looks at the closing of a served election until the server stops, and at its certification. */
import type { Logger } from 'pino'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { resultSha256 } from '../organise/close-entry.ts'
import { type CertificationNotice, certificationNotice } from '../pipeline/closing/certification.ts'
import type { Closing } from '../pipeline/closing/closing.ts'
import type { LiveTally } from '../ports/live-tally.ts'
import { type BackgroundWork, inBackground, sleep } from './background.ts'
import type { LogStanding } from './log-standing.ts'

/** How often a log that is closed is looked at, for its certification. */
const CLOSED_LOOK_MS = 1_000

/**
 * @param lookMs how often it is looked until the log is closed
 * @param onTrouble called where a look failed; the next one comes all the same
 */
export function watchClosing(
  closing: Closing,
  lookMs: number,
  onTrouble: (cause: unknown) => void,
): BackgroundWork {
  return inBackground(async (signal) => {
    while (!signal.aborted) {
      const stage = await closing.look().catch(onTrouble)
      await sleep(stage === 'closed' ? CLOSED_LOOK_MS : lookMs, signal)
    }
  })
}

/** @param read reads a file of the election's log */
export function watchedCertification(
  electionId: string,
  verifierKey: string,
  read: (path: string) => Promise<Uint8Array | undefined>,
  log: Logger,
): CertificationNotice {
  return certificationNotice({
    ...{ electionId, verifierKey, read },
    sha256: nodeTreeHasher().sha256,
    verify: ed25519Verify,
    onOtherResult: () =>
      log.error(
        { election: electionId },
        'the certified result is another than the one shown here, which is not shown as certified',
      ),
    onInvalid: (reason) =>
      log.error({ election: electionId, reason }, 'log/certification.json is not what it should be'),
  })
}

export interface CertificationLook {
  readonly electionId: string
  readonly certification: CertificationNotice
  readonly standing: LogStanding
  readonly tally: Pick<LiveTally, 'shown'>
  readonly log: Logger
}

/**
 * Looks once for a certification of the log that this process has closed, and of the result that it
 * shows.
 */
export async function lookForCertification(look: CertificationLook): Promise<void> {
  const { electionId, certification, standing, tally, log } = look
  const closed = standing.closed()
  if (closed === undefined) return
  const shownSha256 = () => {
    const shown = tally.shown()
    return shown === null ? undefined : resultSha256(shown)
  }
  try {
    if (await certification.look(closed, shownSha256)) standing.changed()
  } catch (err) {
    log.error({ err, election: electionId }, 'log/certification.json could not be read')
  }
}
