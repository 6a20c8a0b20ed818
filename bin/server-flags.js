/**
 * Options of Node for a server. A thread's young generation has two halves, of at most 16 MB each here. On a machine
 * with much memory V8 lets them grow to 64 MB: the server is 150 MB larger, and a vote costs the same
 * (docs/performance.md).
 */
export const SERVER_FLAGS = ['--max-semi-space-size=16']
