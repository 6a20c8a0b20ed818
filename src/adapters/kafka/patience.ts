/**
 * How long to wait for Kafka, and how often to retry, for each kind of work: the client's options,
 * in milliseconds.
 */

const CONNECT_TIMEOUT_MS = 1_500
const READ_TIMEOUT_MS = 10_000
const SET_ASIDE_TIMEOUT_MS = 5_000

/** Appending ballots; the delivery time-out also limits the whole. */
export const APPEND_PATIENCE = {
  // With only one, this client retries for ever.
  retries: 40,
  retryDelay: 100,
  connectTimeout: CONNECT_TIMEOUT_MS,
} as const

/** One round of reading. */
export const READ_PATIENCE = {
  retries: 2,
  retryDelay: 200,
  connectTimeout: CONNECT_TIMEOUT_MS,
  requestTimeout: READ_TIMEOUT_MS,
  timeout: READ_TIMEOUT_MS,
} as const

/** Copying records that are set aside. */
export const SET_ASIDE_PATIENCE = {
  retries: 3,
  retryDelay: 200,
  connectTimeout: SET_ASIDE_TIMEOUT_MS,
  requestTimeout: SET_ASIDE_TIMEOUT_MS,
  timeout: SET_ASIDE_TIMEOUT_MS,
} as const

/** Creating and inspecting topics. */
export const MAKING_RETRIES = 3
export const LOOKING_RETRIES = 1

/** How long a broker may wait for records if none are available. */
export const POLL_MS = 250
/** Pause after a failed round of reading. */
export const ROUND_RETRY_MS = 500
/** Failed rounds in a row after which a read to the end gives up. */
export const MOST_FAILED_ROUNDS = 5
