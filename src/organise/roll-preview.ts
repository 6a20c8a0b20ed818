/** What a roll would do to an election, found out without doing it: nothing is written. */
import { definitionFile, electionDir } from '../adapters/embedded/layout.ts'
import type { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition, readNewDefinition } from '../adapters/files/definition-file.ts'
import { compareIds, idLines } from '../adapters/files/personal-ids.ts'
import { emptyDistricts, type RollSurvey, surveyRoll } from '../adapters/files/roll-file.ts'
import type { RollForm } from '../adapters/files/roll-rules.ts'
import type { Election } from '../core/election/definition.ts'
import { releaseWarnings } from '../core/tally/release-warnings.ts'
import type { NewElectionHands } from './new-election.ts'

export interface RollPreview {
  readonly election: Election
  /** Below the header. It is the sum of the four that follow. */
  readonly rows: number
  readonly withoutText: number
  readonly refused: number
  readonly added: number
  /** Added, with the id in another Unicode form than it is written in. */
  readonly changed: number
  /** Those added or changed, by district index. */
  readonly perDistrict: readonly number[]
  /** Why rows are refused, the first of them by line; null where none is. */
  readonly refusal: BadInput | null
}

export interface RollToPreview {
  readonly roll: string
  readonly form?: RollForm | undefined
}

/**
 * The roll of an election that is to be made. @throws {BadInput} where the files cannot be read at
 * all
 */
export async function previewElection(
  { definition, roll, form }: RollToPreview & { readonly definition: string },
  hands: NewElectionHands,
): Promise<RollPreview> {
  const { election } = await readNewDefinition(definition)
  const survey = await surveyed(election, { roll, form }, hands)
  for (const warning of emptyDistricts(election, survey)) hands.note(`${roll}: warning: ${warning}`)
  for (const warning of releaseWarnings(election, survey.perDistrict))
    hands.note(`${definition}: warning: ${warning}`)
  return previewOf(election, survey)
}

/**
 * Late voters of an election that is there. @throws {BadInput} where the files cannot be read at
 * all
 */
export async function previewLateVoters(
  {
    dataDir,
    id,
    roll,
    form,
    against,
  }: RollToPreview & {
    readonly dataDir: string
    readonly id: string
    /** Rolls or key files of those who have a key already. */
    readonly against: readonly string[]
  },
  hands: NewElectionHands,
): Promise<RollPreview> {
  const { election } = await readDefinition(definitionFile(electionDir(dataDir, id)))
  const ids = await idLines(roll, form)
  const known = new Map<number, string>()
  for (const other of against) {
    const found = await hands.progress(`Comparing with ${other}`, hands.signal, (onProgress) =>
      compareIds(ids, other, { form, onProgress }),
    )
    for (const [line, words] of found.known) known.set(line, words)
    for (const warning of found.warnings) hands.note(`${roll}: warning: ${warning}`)
  }
  return previewOf(election, await surveyed(election, { roll, form }, hands, known))
}

async function surveyed(
  election: Election,
  { roll, form }: RollToPreview,
  { signal, progress, note, findings }: NewElectionHands,
  known?: ReadonlyMap<number, string>,
): Promise<RollSurvey> {
  const survey = await progress('Checking the voter roll', signal, (onProgress) =>
    surveyRoll(roll, election, { form, onProgress, known, ...findings }),
  )
  for (const warning of survey.warnings) note(`${roll}: warning: ${warning}`)
  return survey
}

function previewOf(election: Election, survey: RollSurvey): RollPreview {
  const { rows, emptyRows, changed, voters, refused, perDistrict } = survey
  return {
    election,
    rows,
    withoutText: emptyRows,
    refused,
    added: voters - changed,
    changed,
    perDistrict: [...perDistrict],
    refusal: refusalOf(survey),
  }
}

function refusalOf({ problems }: RollSurvey): BadInput | null {
  try {
    problems.refuseIfAny()
    return null
  } catch (refusal) {
    return refusal as BadInput
  }
}
