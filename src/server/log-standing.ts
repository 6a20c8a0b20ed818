/** Where the public log of a served election stands, as its publisher reported last. */
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
  /** Ballots stored, as far as this process knows. */
  readonly stored: () => number
  /** When the result was certified, ISO 8601; undefined until it is. */
  readonly certifiedAt: () => string | undefined
  /** What lots have chosen, as certified. */
  readonly lots: () => PublicLogState['lots']
}

/** The log's standing: filled by the publisher, read by everybody who shows it. */
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
   * As snapshots show it; null until the publisher has reported, and while another process
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

  /** Ballots in the log; undefined where another process publishes it, or nothing is known yet. */
  readonly ballots = (): number | undefined => this.#published?.ballots

  /** Ballots stored that are not in the log yet. */
  readonly behind = (): number => this.#deps.stored() - (this.#published?.ballots ?? 0)

  /** The log once its close is published by this process. */
  readonly closed = (): ClosedLog | undefined => (this.#published?.closed ? this.#published : undefined)

  isKnown(): boolean {
    return this.#published !== undefined
  }

  takePublished(published: PublishedLog): void {
    // The first is what was there when the server started.
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

  /** Another process publishes now. */
  forget(): void {
    this.#published = undefined
  }

  /** Calls those who listen. */
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
