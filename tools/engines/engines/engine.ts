/** What the cluster needs in order to install, start, query and stop an engine. */
import type { Secrets } from '../addresses.ts'
import type { EngineName } from '../engine-name.ts'
import type { Ports } from '../ports.ts'

/** The cluster an engine is part of. */
export interface Site {
  /** The data folder, absolute. */
  readonly dir: string
  readonly ports: Ports
  /**
   * The address of Redis, PostgreSQL and Kafka for clients; Redis and PostgreSQL also listen on
   * loopback.
   */
  readonly listen: string
  readonly secrets: Secrets
}

export interface Launch {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Another system user to run it as. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

export interface Engine {
  readonly name: EngineName
  /** The engine's usual spelling. */
  readonly title: string
  readonly portOf: (site: Site) => number
  /** Creates what it needs below the data folder; safe to repeat, also after an interruption. */
  readonly prepare: (site: Site) => Promise<Launch>
  /**
   * Sends a request that only a working engine answers.
   * @returns its version, or another property that identifies it
   */
  readonly ask: (site: Site) => Promise<string>
  /** Remaining work once it answers; safe to repeat. */
  readonly settle?: (site: Site) => Promise<void>
  /** The signal that ends it in order. */
  readonly stopSignal: NodeJS.Signals
  /** Whether its last output describes an obstacle that disappears after a moment. */
  readonly passes?: (said: string) => boolean
}
