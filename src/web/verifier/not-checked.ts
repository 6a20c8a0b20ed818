/**
 * Maps the report's English sentences about what it could not check to names, which the
 * dictionaries translate.
 */

/** `#` stands for a number. */
const SENTENCES = {
  'entries-held': 'what the entries say, the ballots and the count: entries are public after the close',
  'no-election': 'ballots and count: the election that the log is for is not known',
  'unsound-entries': 'the count, the close and the result: not every entry is sound',
  'voting-open': 'the published result: voting goes on, and it moves with the count',
  'not-closed': 'the published result: voting has ended, but the log is not closed yet',
  hole: 'the tree from entry # on: there is a hole in it',
  'no-result': 'the published result: none was handed in',
  namesake: 'whose log it is: another key is remembered for a log of this name',
} as const

export type NotChecked = keyof typeof SENTENCES

/** Returns undefined for an unknown sentence. The page shows such a sentence unchanged. */
export function notCheckedIn(
  sentence: string,
): { readonly name: NotChecked; readonly number: number } | undefined {
  const [digits] = /\d+/.exec(sentence) ?? ['']
  const name = (Object.keys(SENTENCES) as NotChecked[]).find(
    (each) => SENTENCES[each].replace('#', digits) === sentence,
  )
  return name && { name, number: Number(digits) }
}
