/** The state of a served election's public log, as its publisher last reported it. */
import type { PublicLogState } from '../core/status/public-log-state.ts'
import { base64 } from '../core/tlog/base64.ts'
import type { ClosedLog } from '../pipeline/closing/certification.ts'
import type { PublishedLog } from '../pipeline/publish/publish.ts'
import type { PublisherEvent } from '../pipeline/publish/publisher-messages.ts'
import type { Clock } from '../ports/clock.ts'
import type { LogSigner } from '../ports/log-signer.ts'

type Witnesses = Extract<PublisherEvent, { kind: 'witnesses' }>

export interface LogStandingDeps {
  readonly signer: LogSigner
  readonly clock: Clock
  /** Stored ballots, as far as this process knows. */
  readonly stored: () => number
  /** When the result was certified, ISO 8601; undefined before that. */
  readonly certifiedAt: () => string | undefined
  /** What lots decided, as certified. */
  readonly lots: () => PublicLogState['lots']
}

/** The log's state: the publisher updates it, and everything that shows it reads it. */
export class LogStanding {
  readonly #deps: LogStandingDeps
  readonly #listeners: (() => void)[] = []
  #published: PublishedLog | undefined
  #publishedAtMs: number | undefined
  #witnesses: Witnesses | undefined
  #failures = 0

  constructor(deps: LogStandingDeps) {
    this.#deps = deps
  }

  /**
   * The state for snapshots; null until the publisher has reported, and while another process
   * publishes.
   */
  readonly state = (): PublicLogState | null => {
    const published = this.#published
    if (published === undefined) return null
    const { signer, certifiedAt, lots } = this.#deps
    const atMs = this.#publishedAtMs
    return {
      origin: signer.origin,
      key: signer.verifierKey,
      size: published.size,
      root: base64(published.root),
      published_at: atMs === undefined ? null : new Date(atMs).toISOString(),
      behind: this.behind(),
      failures: this.#failures,
      closed: published.closed,
      ...(this.#witnesses && witnessMembers(published.size, this.#witnesses)),
      ...(certifiedAt() && { certified_at: certifiedAt()! }),
      ...(lots() && { lots: lots()! }),
    }
  }

  readonly onChange = (listener: () => void): void => void this.#listeners.push(listener)

  /** Ballots in the log; undefined if another process publishes it, or nothing was reported yet. */
  readonly ballots = (): number | undefined => this.#published?.ballots

  /** Stored ballots that are not in the log yet. */
  readonly behind = (): number => this.#deps.stored() - (this.#published?.ballots ?? 0)

  /** The log once this process has published its close. */
  readonly closed = (): ClosedLog | undefined => (this.#published?.closed ? this.#published : undefined)

  isKnown(): boolean {
    return this.#published !== undefined
  }

  takePublished(published: PublishedLog): void {
    // The first report is the state when the server started.
    if (this.#published !== undefined) this.#publishedAtMs = this.#deps.clock.nowMs()
    this.#published = published
  }

  takeWitnesses(witnesses: Witnesses): void {
    this.#witnesses = witnesses
    this.changed()
  }

  countFailure(): void {
    this.#failures++
  }

  /** Call this when another process publishes. */
  forget(): void {
    this.#published = undefined
  }

  /** Calls the listeners. */
  changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

function witnessMembers(
  size: number,
  { states, witnessed }: Witnesses,
): Pick<PublicLogState, 'witnesses' | 'witnessed'> {
  const behind = (cosigned: number | null) => Math.max(0, size - (cosigned ?? 0))
  return { witnesses: states.map((each) => ({ ...each, behind: behind(each.size) })), witnessed }
}
