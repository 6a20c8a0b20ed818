/** The names of an election cluster's Kafka topics (docs/protocol.md, "Vote record" and after). */

/** The ballot log: the record of truth, keyed by credential tag. */
export const VOTES = 'votes'
/**
 * Its partitions where nobody said how many: enough for three cores of Spark at two each. Every
 * partition is one more task in every batch of the count and one more record batch in every append,
 * whether or not anybody votes: more are for clusters that have the cores.
 */
export const DEFAULT_PARTITIONS = 6
/** The tally's absolute counts, one key per count; only the last of each key matters. */
export const AGGREGATED_VOTES = 'aggregated_votes'
/** Records of `votes` that no ballot can be read from, with where they stood. */
export const VOTES_SET_ASIDE = 'votes_set_aside'
