/**
 * What only rich ballots need (several languages, photos, statements …) is fetched for those alone.
 */
import type { DefinitionFile } from '../../core/election/definition.ts'
import type { Answer } from './calls.ts'

/** A live binding; undefined where the ballot in hand is a plain one. */
export let rich: typeof import('./rich.tsx') | undefined

const RICH =
  /"(?:languages|organiser|contact|logo|privacy|description|min|designation|statement|photo|link|none_of_these)":/

/** The definition with what it takes to show it: where that cannot be fetched, neither was. */
export async function withRich(asked: Promise<Answer<DefinitionFile>>): Promise<Answer<DefinitionFile>> {
  const answer = await asked
  if (answer.kind === 'ok' && RICH.test(JSON.stringify(answer.value)))
    try {
      rich = await import('./rich.tsx')
    } catch {
      return { kind: 'lost' }
    }
  return answer
}
