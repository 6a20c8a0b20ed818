/**
 * How long Kafka is waited for, and how often it is asked again, by what is done: as the client's
 * options have it, milliseconds.
 */

const CONNECT_TIMEOUT_MS = 1_500
const READ_TIMEOUT_MS = 10_000
const SET_ASIDE_TIMEOUT_MS = 5_000

/** Appending ballots; the whole of it is bounded by the delivery time-out besides. */
export const APPEND_PATIENCE = {
  // More than one, or this client retries for ever.
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

/** Copying what is set aside. */
export const SET_ASIDE_PATIENCE = {
  retries: 3,
  retryDelay: 200,
  connectTimeout: SET_ASIDE_TIMEOUT_MS,
  requestTimeout: SET_ASIDE_TIMEOUT_MS,
  timeout: SET_ASIDE_TIMEOUT_MS,
} as const

/** Making topics, and looking at them. */
export const MAKING_RETRIES = 3
export const LOOKING_RETRIES = 1

/** How long a broker may wait for records where there are none. */
export const POLL_MS = 250
/** Between rounds of reading where one failed. */
export const ROUND_RETRY_MS = 500
/** Failed rounds in a row that end a reading to the end. */
export const MOST_FAILED_ROUNDS = 5
