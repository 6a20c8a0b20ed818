/**
 * Most bytes of resources whose election is not known yet. Numbers alone: a page reads them before
 * it checks.
 */

export const MOST_CHECKPOINT_BYTES = 1_000_000
export const MOST_DEFINITION_BYTES = 16 * 1024 * 1024
export const MOST_CERTIFICATION_BYTES = 16 * 1024 * 1024
