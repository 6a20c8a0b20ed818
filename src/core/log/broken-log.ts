/** Journal, folder and ballots of a public log contradict each other: to go on would be to fork it. Nothing is repaired. */
export class BrokenLog extends Error {
  override readonly name = 'BrokenLog'
  readonly code = 'BROKEN_INVARIANT'
}
