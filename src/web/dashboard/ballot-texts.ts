/**
 * Names of the election in the reader's language. Snapshots come many times a second and have the
 * names of the election's first language; where it has several, its definition is read once, and
 * each snapshot told in the reader's.
 */
import type { DefinitionFile } from '../../core/election/definition.ts'
import { type Text, textFor } from '../../core/election/text.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { at } from '../shared/base.ts'

export type InReadersLanguage = (snapshot: ResultsSnapshot) => ResultsSnapshot

export const asItIs: InReadersLanguage = (snapshot) => snapshot

/**
 * @param wanted the reader's language tag
 * @returns what a snapshot is shown through; it rejects where the definition cannot be read
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
  const told = (text: Text) => textFor(text, wanted, file.languages ?? [])
  const title = told(file.title)
  const districts = file.districts?.map(({ name }) => told(name))
  const contests = file.contests.map((contest) => ({
    title: told(contest.title),
    names: contest.options.map(({ name }) => told(name)),
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
