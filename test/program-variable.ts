/** Names the bundle's entry, for what tests start (test/program.ts). */
export const PROGRAM_VARIABLE = 'ELECTIONS_TEST_PROGRAM'
