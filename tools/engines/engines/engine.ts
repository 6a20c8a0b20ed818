/** What the cluster has to know of an engine to install, start, ask and stop it. */
import type { Secrets } from '../addresses.ts'
import type { EngineName } from '../engine-name.ts'
import type { Ports } from '../ports.ts'

/** The cluster an engine is part of. */
export interface Site {
  /** The data folder, absolute. */
  readonly dir: string
  readonly ports: Ports
  /** Where Redis, PostgreSQL and Kafka are reached; they listen on loopback, too, but for Kafka. */
  readonly listen: string
  readonly secrets: Secrets
}

export interface Launch {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Another user of the system to run it as. */
  readonly user?: { readonly uid: number; readonly gid: number }
}

export interface Engine {
  readonly name: EngineName
  /** As people write it. */
  readonly title: string
  readonly portOf: (site: Site) => number
  /** Makes what it needs below the data folder; safe to repeat, and again after being cut off. */
  readonly prepare: (site: Site) => Promise<Launch>
  /**
   * Asks it something only a working one answers. @returns its version, or what tells most about it
   */
  readonly ask: (site: Site) => Promise<string>
  /** What is left to do once it answers; safe to repeat. */
  readonly settle?: (site: Site) => Promise<void>
  /** What ends it in good order. */
  readonly stopSignal: NodeJS.Signals
  /** Whether what it last said is a hindrance that passes by itself. */
  readonly passes?: (said: string) => boolean
}
