/** Loads the code that only rich ballots need (several languages, photos, statements …). */
import type { DefinitionFile } from '../../core/election/definition.ts'
import type { Answer } from './calls.ts'

/** A live binding; undefined for a plain ballot. */
export let rich: typeof import('./rich.tsx') | undefined

const RICH =
  /"(?:languages|organiser|contact|logo|privacy|description|min|designation|statement|photo|link|none_of_these)":/

/** Loads the definition and the code to show it; fails if either cannot be loaded. */
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
