/**
 * Options of Node for a server. On a machine with much memory V8 lets each thread's young generation grow to 128 MB,
 * which makes a server 150 MB larger and a vote no cheaper (docs/performance.md); in MB, a half of it.
 */
export const SERVER_FLAGS = ['--max-semi-space-size=16']
