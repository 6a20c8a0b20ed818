/** The options that name witnesses. */
import { Option } from 'commander'
import { atLeastOne } from './options.ts'

/** Several with white space between them, for those who start servers without a shell. */
const gather = (each: string, all: readonly string[]) => [...all, ...each.split(/\s+/).filter(Boolean)]

export function witnessOptions(): readonly Option[] {
  return [
    new Option(
      '--witness <url=vkey>',
      'a witness that cosigns checkpoints, its submission prefix and key; may be repeated',
    )
      .env('ELECTIONS_WITNESSES')
      .default([], 'none')
      .argParser(gather),
    new Option(
      '--witness-quorum <n>',
      'cosignatures for log/checkpoint.witnessed (default: one of each witness)',
    ).argParser((text) => atLeastOne(text)),
  ]
}
