/** The options that name witnesses. */
import { Option } from 'commander'
import { atLeastOne } from './options.ts'

/**
 * One value may list several witnesses, separated by white space: variables have only one value.
 */
const gather = (each: string, all: readonly string[]) => [...all, ...each.split(/\s+/).filter(Boolean)]

export function witnessOptions(): readonly Option[] {
  return [
    new Option(
      '--witness <url=vkey>',
      'a witness that cosigns checkpoints, as its submission prefix and its key; may be repeated',
    )
      .env('ELECTIONS_WITNESSES')
      .default([], 'none')
      .argParser(gather),
    new Option(
      '--witness-quorum <n>',
      'how many witnesses must cosign before log/checkpoint.witnessed is written (default: all)',
    ).argParser((text) => atLeastOne(text)),
  ]
}
