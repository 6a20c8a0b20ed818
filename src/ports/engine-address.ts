/**
 * Where an engine of a cluster is, and what it is spoken to with: plain values, which go to a
 * thread as they are.
 */

/**
 * Files in PEM, by their paths. Adapters read them at each connection, so that a renewed one counts
 * from the next on.
 */
export interface EngineTls {
  /** Authorities whose certificates are good; left out: those of the system. */
  readonly caFile?: string | undefined
  /** What is shown to an engine that asks for a certificate. */
  readonly client?: { readonly certFile: string; readonly keyFile: string } | undefined
}

/**
 * Of Redis and PostgreSQL: whether TLS is spoken is part of their addresses (`rediss:`, `sslmode`).
 */
export interface EngineUrl {
  /** A password may be in it. */
  readonly url: string
  readonly tls?: EngineTls | undefined
}

/**
 * How a login to Kafka is proved, by our own client and by Spark's: the password itself is never
 * sent, and the broker proves that it knows it, too. With SHA-512 it is what managed Kafka (Amazon
 * MSK) has besides logins of its own.
 */
export const KAFKA_MECHANISM = 'SCRAM-SHA-512'

export interface KafkaAddress {
  /** `host:port` of any brokers of the cluster. */
  readonly brokers: readonly string[]
  /** Left out: Kafka is spoken to in clear. */
  readonly tls?: EngineTls | undefined
  /** Over TLS alone, by {@link KAFKA_MECHANISM}. */
  readonly login?: { readonly user: string; readonly password: string } | undefined
}
