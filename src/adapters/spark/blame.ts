/**
 * Whether a checkpoint is to be given up. Nothing Spark says tells a damaged checkpoint for sure,
 * so it is concluded: the query fails in it again and again without finishing one batch, and what
 * it says is not known to have another cause. Giving up a sound checkpoint costs a recount and no
 * ballot; keeping a damaged one would end the count. Pure.
 */

/** Failures in a row, without a batch between, after which a checkpoint is given up. */
const GIVEN_UP_AFTER = 3
/**
 * The same for a folder that was begun anew: it is hardly the cause, but a count must not end on a
 * wrong guess.
 */
const NEW_GIVEN_UP_AFTER = 20

/** What leaves no doubt. */
const CERTAIN = /\bSTREAMING_CHECKPOINT_MISSING_METADATA_FILE\b/

/** What a query says where Kafka, the machine or another driver is the cause. */
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
  /** The folder the next start is in, and whether it is begun with it. */
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
