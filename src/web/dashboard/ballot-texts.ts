/**
 * Names of the election in the reader's language. Snapshots arrive many times a second with the
 * names of the election's first language. If the election has several languages, the page reads its
 * definition once and translates each snapshot.
 */
import type { DefinitionFile } from '../../core/election/definition.ts'
import { type Text, textFor } from '../../core/election/text.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { at } from '../shared/base.ts'

export type InReadersLanguage = (snapshot: ResultsSnapshot) => ResultsSnapshot

export const asItIs: InReadersLanguage = (snapshot) => snapshot

/**
 * @param wanted the reader's language tag
 * @returns the function that translates a snapshot; the promise rejects if the definition cannot be
 *   read
 */
export async function ballotTexts(
  { id, languages }: ResultsSnapshot['election'],
  wanted: string,
): Promise<InReadersLanguage> {
  if (languages === undefined) return asItIs
  const answer = await fetch(at(`/elections/${id}`), { signal: AbortSignal.timeout(20_000) })
  if (!answer.ok) throw new Error(`the definition: ${answer.status}`)
  return inReadersLanguage((await answer.json()) as DefinitionFile, wanted)
}

/** Snapshots list districts, contests and options in the order of the definition. */
export function inReadersLanguage(file: DefinitionFile, wanted: string): InReadersLanguage {
  const nameIn = (text: Text) => textFor(text, wanted, file.languages ?? [])
  const title = nameIn(file.title)
  const districts = file.districts?.map(({ name }) => nameIn(name))
  const contests = file.contests.map((contest) => ({
    title: nameIn(contest.title),
    names: contest.options.map(({ name }) => nameIn(name)),
  }))
  return (snapshot) => ({
    ...snapshot,
    election: { ...snapshot.election, title },
    districts: districts
      ? snapshot.districts.map((district, d) => ({ ...district, name: districts[d]! }))
      : snapshot.districts,
    contests:
      snapshot.contests?.map((contest, c) => ({
        ...contest,
        title: contests[c]!.title,
        options: contest.options.map((option, o) => ({ ...option, name: contests[c]!.names[o]! })),
      })) ?? null,
  })
}
