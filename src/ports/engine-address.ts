/**
 * The address and the credentials of a cluster's engine, as plain values that can be sent to a
 * thread.
 */

/**
 * Paths of PEM files. Adapters read them for each connection, so a renewed file is used from the
 * next one on.
 */
export interface EngineTls {
  /** The accepted authorities; if left out, those of the system. */
  readonly caFile?: string | undefined
  /** The client certificate for an engine that requests one. */
  readonly client?: { readonly certFile: string; readonly keyFile: string } | undefined
}

/**
 * The address of Redis or PostgreSQL, which also states whether TLS is used (`rediss:`, `sslmode`).
 */
export interface EngineUrl {
  /** May contain a password. */
  readonly url: string
  readonly tls?: EngineTls | undefined
}

/**
 * How our client and Spark's log in to Kafka: the password is never sent, and the broker proves
 * that it knows it too. Managed Kafka (Amazon MSK) supports the SHA-512 variant besides its own
 * logins.
 */
export const KAFKA_MECHANISM = 'SCRAM-SHA-512'

export interface KafkaAddress {
  /** `host:port` of any brokers of the cluster. */
  readonly brokers: readonly string[]
  /** If left out, the connection is not encrypted. */
  readonly tls?: EngineTls | undefined
  /** Only over TLS, with {@link KAFKA_MECHANISM}. */
  readonly login?: { readonly user: string; readonly password: string } | undefined
}
