/** `elections rehearse`: plays a published result through the real ballot path and checks that the count equals it. */
import { basename, extname } from 'node:path'
import { Command } from 'commander'
import { createElection } from '../adapters/embedded/create.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readResultFile } from '../adapters/files/result-file.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { nodeDigest } from '../adapters/node/digest.ts'
import { definitionErrors, electionFrom } from '../core/election/definition.ts'
import { resultText } from '../core/tally/result.ts'
import { type EnrolledVoter, enrol } from '../pipeline/enrol.ts'
import { type DerivedKeys, derivedKeys } from '../simulator/derived-keys.ts'
import {
  ballotsOf,
  definitionOf,
  type PublishedResult,
  scaled,
  totalVotes,
} from '../simulator/published-result.ts'
import { castAll, type Mismatch, mismatches } from '../simulator/rehearsal.ts'
import { EXIT_NO } from './exit.ts'
import { createLogger } from './logger.ts'
import { atLeastOne, wholeNumber } from './options.ts'
import { withProgress } from './progress.ts'
import { recountFolder } from './recounted.ts'
import { electionIds, openFolder } from './served-folder.ts'

interface RehearseOptions {
  readonly data: string
  readonly scale: number
  readonly seed: number
  readonly json?: boolean
}

const VOTERS_PER_BATCH = 8_192
const SHOWN_MISMATCHES = 20

export function rehearseCommand(): Command {
  return new Command('rehearse')
    .summary('play a published result through the real ballot path, and check the count')
    .description(
      'Builds an election, its roll and its keys from a published result, casts exactly those ballots in a random\n' +
        'order through the real ballot path, and checks that the count equals the file, district by district, and that\n' +
        'a recount from the log equals the count.',
    )
    .argument('<results.csv>', 'the result: district,candidate,votes')
    .requiredOption('--data <folder>', 'the data folder; a rehearsal is one more election in it')
    .option(
      '--scale <n>',
      'divide every count by this, rounded to the nearest whole number, halves up',
      (text) => atLeastOne(text),
      1,
    )
    .option(
      '--seed <n>',
      'the order of the ballots; the same seed gives the same order',
      (text) => wholeNumber(text, 0, 2 ** 32 - 1),
      1,
    )
    .option('--json', 'print one line of JSON when done')
    .addHelpText(
      'after',
      `
Examples:
  $ elections rehearse us-president-2020-by-county.csv --data ./rehearsal --scale 1000
  $ elections rehearse council-2024.csv --data ./rehearsal
  $ elections serve --data ./rehearsal        then look at it on the dashboard

Exit codes: 0 the count equals the file, 1 it does not, 2 the file cannot be used.`,
    )
    .action(rehearse)
}

async function rehearse(path: string, options: RehearseOptions): Promise<void> {
  const result = scaled(await readResultFile(path), options.scale)
  const total = totalVotes(result)
  if (total === 0) throw new BadInput(path, [{ message: `at scale ${options.scale} not one vote is left` }])
  const id = freeId(options.data)
  const keys = derivedKeys()
  const started = performance.now()
  await issueKeys(path, result, id, options, keys)
  const issued = performance.now()

  const log = createLogger()
  const folder = await openFolder({ dataDir: options.data, defaultElection: id, clock: systemClock, log })
  try {
    const served = folder.elections.default
    const casting = performance.now()
    await withProgress('Casting ballots', undefined, (onProgress) =>
      castAll(result, { cast: served.cast, rules: served.rules, keys, seed: options.seed, onProgress }),
    )
    const cast = performance.now()
    const live = served.tally.result()
    const recounted = await recountFolder(options.data, id)
    report(options, {
      election: id,
      districts: result.districts.length,
      ballots: total,
      scale: options.scale,
      seconds: { keys: seconds(started, issued), casting: seconds(casting, cast) },
      wrong: mismatches(result, live.contests[0]!.districts),
      recountEqual: resultText(recounted.result) === resultText(live),
      invariantHolds: served.tally.snapshot().invariant.holds,
      totals: result.candidates.map((name, i) => ({ name, votes: live.contests[0]!.options[i]!.votes })),
    })
  } finally {
    await folder.close()
  }
}

/** `rehearsal-1`, or the next number that is free. */
function freeId(dataDir: string): string {
  const taken = new Set(electionIds(dataDir))
  let number = 1
  while (taken.has(`rehearsal-${number}`)) number++
  return `rehearsal-${number}`
}

async function issueKeys(
  path: string,
  result: PublishedResult,
  id: string,
  options: RehearseOptions,
  keys: DerivedKeys,
): Promise<void> {
  const scale = options.scale === 1 ? '' : ` (1 : ${options.scale})`
  const file = definitionOf(result, id, `${basename(path, extname(path)).replaceAll(/[-_]+/g, ' ')}${scale}`)
  const errors = definitionErrors(file)
  if (errors.length > 0) throw new BadInput(path, errors)
  const draft = await createElection(options.data, file, JSON.stringify(file))
  try {
    await withProgress('Issuing voter keys', undefined, (onProgress) => {
      const total = totalVotes(result)
      let next = 0
      return enrol(
        electionFrom(file),
        voters(result, keys, (done) => onProgress(done, total)),
        {
          digest: nodeDigest(),
          newGuid: () => keys.guid(next++),
          credentials: draft,
          // Nobody prints these: they are worked out again when their ballot is cast.
          keys: { add: () => {} },
        },
      )
    })
    await draft.commit({ makeDefault: true })
  } catch (error) {
    await draft.abort()
    throw error
  }
}

async function* voters(
  result: PublishedResult,
  keys: DerivedKeys,
  onProgress: (done: number) => void,
): AsyncGenerator<readonly EnrolledVoter[]> {
  const total = totalVotes(result)
  const ballotOf = ballotsOf(result)
  for (let from = 0; from < total; from += VOTERS_PER_BATCH) {
    const length = Math.min(VOTERS_PER_BATCH, total - from)
    yield Array.from({ length }, (_, i) => ({
      personalId: keys.personalId(from + i),
      district: ballotOf(from + i).district,
    }))
    onProgress(from + length)
  }
}

interface RehearsalReport {
  readonly election: string
  readonly districts: number
  readonly ballots: number
  readonly scale: number
  readonly seconds: { readonly keys: number; readonly casting: number }
  readonly wrong: readonly Mismatch[]
  readonly recountEqual: boolean
  readonly invariantHolds: boolean
  readonly totals: readonly { readonly name: string; readonly votes: number }[]
}

function report(options: RehearseOptions, done: RehearsalReport): void {
  const equal = done.wrong.length === 0 && done.recountEqual && done.invariantHolds
  if (!equal) process.exitCode = EXIT_NO
  if (options.json) {
    const { wrong, ...figures } = done
    console.log(
      JSON.stringify({ event: 'rehearsed', equal, ...figures, wrong: wrong.slice(0, SHOWN_MISMATCHES) }),
    )
    return
  }
  const number = (value: number) => value.toLocaleString('en')
  const rate = number(Math.round(done.ballots / done.seconds.casting))
  const scale =
    options.scale === 1 ? '' : `, every count divided by ${number(options.scale)} and rounded, halves up`
  console.log(`${number(done.ballots)} ballots in ${number(done.districts)} districts${scale}

${done.totals.map(({ name, votes }) => `  ${name.padEnd(32)} ${number(votes).padStart(14)}`).join('\n')}

  keys issued in ${done.seconds.keys.toFixed(1)} s, ballots cast in ${done.seconds.casting.toFixed(1)} s (${rate} durable ballots/s)

  ${done.wrong.length === 0 ? '✓' : '✗'} the count equals the file in every district
  ${done.recountEqual ? '✓' : '✗'} a recount from the log gives the same bytes
  ${done.invariantHolds ? '✓' : '✗'} keys used = ballots stored = tally`)
  for (const { district, candidate, published, counted } of done.wrong.slice(0, SHOWN_MISMATCHES))
    console.log(`  ${district}, ${candidate}: ${number(published)} in the file, ${number(counted)} counted`)
  if (done.wrong.length > SHOWN_MISMATCHES)
    console.log(`  and ${number(done.wrong.length - SHOWN_MISMATCHES)} more`)
  console.log(`\nSee it: elections serve --data ${options.data} --default ${done.election}`)
}

function seconds(fromMs: number, untilMs: number): number {
  return Math.round((untilMs - fromMs) / 10) / 100
}
