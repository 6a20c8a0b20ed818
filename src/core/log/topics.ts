/** The names of an election cluster's Kafka topics (docs/protocol.md, "Vote record" and after). */

/** The ballot log: the authoritative record of ballots, keyed by tag. */
export const VOTES = 'votes'
/**
 * The default number of partitions: enough for three cores of Spark with two partitions each. Each
 * partition adds a task to every batch of the count and a record batch to every append, also while
 * no votes arrive. Clusters with more cores can use more partitions.
 */
export const DEFAULT_PARTITIONS = 6
/** The absolute counts of the tally, one key per count. Only the last record of each key counts. */
export const AGGREGATED_VOTES = 'aggregated_votes'
/** Records of `votes` that are not readable ballots, with their positions. */
export const VOTES_SET_ASIDE = 'votes_set_aside'
