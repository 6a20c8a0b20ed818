/**
 * What whoever runs the cluster can mend by themselves: one line that says what, where and the way
 * out (exit code 2).
 */
export class ClusterRefusal extends Error {}
