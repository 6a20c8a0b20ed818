/** The language of a result, checked against the election before anything is counted. */
import { definitionFile, electionDir } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { languageAsked, WORDS_LANGUAGES } from '../core/tally/result-reader.ts'

/**
 * @param asked the value of `--language`; undefined if it was left out
 * @returns undefined if it was left out: the election's first language applies
 * @throws {BadInput} if the election has no texts in it
 */
export async function resultLanguage(
  dataDir: string,
  id: string,
  asked: string | undefined,
): Promise<string | undefined> {
  if (asked === undefined) return undefined
  const { election } = await readDefinition(definitionFile(electionDir(dataDir, id)))
  const found = languageAsked(election, asked)
  if (found !== undefined) return found
  const has =
    election.languages.length > 0
      ? `the election has no texts in "${asked}", only in ${election.languages.join(', ')}`
      : `this program has no texts in "${asked}", only in ${WORDS_LANGUAGES.join(', ')}`
  throw new BadInput('--language', [{ message: has }])
}
