/** The options that name witnesses. */
import { Option } from 'commander'
import { WITNESSES_VARIABLE } from '../server/witnesses.ts'
import { atLeastOne } from './options.ts'

const gather = (each: string, all: readonly string[]) => [...all, each]

export function witnessOptions(): readonly Option[] {
  return [
    new Option(
      '--witness <url=vkey>',
      `a witness that cosigns checkpoints, its submission prefix and key; may be repeated (or ${WITNESSES_VARIABLE})`,
    )
      .default([], 'none')
      .argParser(gather),
    new Option(
      '--witness-quorum <n>',
      'cosignatures for log/checkpoint.witnessed (default: one of each witness)',
    ).argParser((text) => atLeastOne(text)),
  ]
}
