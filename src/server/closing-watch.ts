/** Checks the closing of a served election, and then its certification, until the server stops. */
import type { Logger } from 'pino'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { resultSha256 } from '../organise/close-entry.ts'
import { type CertificationNotice, certificationNotice } from '../pipeline/closing/certification.ts'
import type { Closing } from '../pipeline/closing/closing.ts'
import type { LiveTally } from '../ports/live-tally.ts'
import { type BackgroundWork, inBackground, sleep } from './background.ts'
import type { LogStanding } from './log-standing.ts'

/** How often a closed log is checked for its certification. */
const CLOSED_LOOK_MS = 1_000

/**
 * @param lookMs how often the log is checked until it is closed
 * @param onTrouble called if a check failed; the next one follows nevertheless
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
        'the certified result differs from the result of this server, which is not shown as certified',
      ),
    onInvalid: (reason) => log.error({ election: electionId, reason }, 'log/certification.json is invalid'),
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
 * Checks once for a certification of the log that this process has closed, for the result that it
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
