/** The variable with the bundle's entry, for processes that tests start (test/program.ts). */
export const PROGRAM_VARIABLE = 'ELECTIONS_TEST_PROGRAM'
