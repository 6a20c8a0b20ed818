/**
 * Limits in bytes for resources that are read before the election is known. This file has only
 * numbers, because a page loads it before the rest of the verifier.
 */

export const MOST_CHECKPOINT_BYTES = 1_000_000
export const MOST_DEFINITION_BYTES = 16 * 1024 * 1024
export const MOST_CERTIFICATION_BYTES = 16 * 1024 * 1024
