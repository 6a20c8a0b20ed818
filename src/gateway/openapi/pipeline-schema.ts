/** The schema of the state of a cluster's engines in its snapshots. */
import { count, members, orNull, text } from './count-schemas.ts'
import type { Schema } from './form.ts'

const number: Schema = { type: 'number' }
const flag: Schema = { type: 'boolean' }

const reportOf = (state: Schema): Schema => orNull(members({ state, atMs: number }))

export const PIPELINE: Schema = members({
  tally: reportOf(
    members({
      ...{ state: text, problem: orNull(text), batch_id: orNull(number) },
      ...{ input_rows_per_second: orNull(number), processed_rows_per_second: orNull(number) },
      ...{ batch_ms: orNull(number), records_behind: orNull(number) },
      ...{ state_rows: orNull(number), state_bytes: orNull(number) },
      ...{ restarts: count, recounts: count },
    }),
  ),
  projector: reportOf(members({ stored: count, ignored: count, problem: orNull(text) })),
  log_watch: reportOf(
    members({
      ballots: count,
      set_aside: { type: 'object', additionalProperties: count },
      problem: orNull(text),
    }),
  ),
  ballot_box: members({ log_up: flag, keys_loaded: flag, reserved: count }),
})
