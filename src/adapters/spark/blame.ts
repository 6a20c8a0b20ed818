/**
 * Decides whether a checkpoint is to be given up. No message of Spark's identifies a damaged
 * checkpoint for certain, so it is inferred: the query fails in it repeatedly without finishing a
 * batch, and the error has no other known cause. Giving up an intact checkpoint costs a recount and
 * no ballot; keeping a damaged one would end the count.
 */

/** Failures in a row, without a finished batch, after which a checkpoint is given up. */
const GIVEN_UP_AFTER = 3
/**
 * The same for a new folder: it is hardly the cause, but the count must not stop because of a wrong
 * guess.
 */
const NEW_GIVEN_UP_AFTER = 20

/** Errors that leave no doubt. */
const CERTAIN = /\bSTREAMING_CHECKPOINT_MISSING_METADATA_FILE\b/

/** Errors whose cause is Kafka, the machine or another driver. */
const OTHER_CAUSES = [
  /\borg\.apache\.kafka\.common\.errors\.(?!OffsetOutOfRange)/,
  /\borg\.apache\.kafka\.common\.KafkaException\b/,
  /\bjava\.lang\.OutOfMemoryError\b/,
  /\bNo space left on device\b/,
  /\balready active\b/,
  /\bConnection refused\b/,
  /\bUnknownHostException\b/,
]

export interface CheckpointJudge {
  /** The folder of the next start, and whether it is new. */
  readonly entered: (folder: number, isNew: boolean) => void
  /** A batch was finished. */
  readonly worked: () => void
  /** @returns whether the folder is to be given up now */
  readonly failed: (text: string) => boolean
}

export function checkpointJudge(): CheckpointJudge {
  let current = 0
  let unproven = false
  let failures = 0
  return {
    entered: (folder, isNew) => {
      if (folder !== current) failures = 0
      if (folder !== current || isNew) unproven = isNew
      current = folder
    },
    worked: () => {
      failures = 0
      unproven = false
    },
    failed: (text) => {
      if (OTHER_CAUSES.some((cause) => cause.test(text))) return false
      failures++
      return CERTAIN.test(text) || failures >= (unproven ? NEW_GIVEN_UP_AFTER : GIVEN_UP_AFTER)
    },
  }
}
