/**
 * A problem that the operator of the cluster can solve: one line that says what, where and how
 * (exit code 2).
 */
export class ClusterRefusal extends Error {}
