/**
 * Finds where two JSON documents differ: the published one, and the one that the verifier computed.
 */

/**
 * Finds the first difference, such as `contests[0].options[1].votes is 5, the ballots say 4`. Reads
 * no deeper than `own`.
 * @param own the document that the verifier computed
 * @param source a subject and a verb for the computed values, such as "the ballots say"
 * @returns the path and both values as a text; undefined if the documents are equal
 */
export function firstDifference(
  published: unknown,
  own: unknown,
  source: string,
  at = '',
): string | undefined {
  if (typeof own !== 'object' || own === null || typeof published !== 'object' || published === null) {
    if (published === own) return undefined
    return `${at} is ${shortly(published)}, ${source} ${own === undefined ? 'it is missing' : shortly(own)}`
  }
  for (const member of new Set([...Object.keys(own), ...Object.keys(published)])) {
    const path = Array.isArray(own) ? `${at}[${member}]` : at === '' ? member : `${at}.${member}`
    const [theirs, ours] = [published, own].map((each) => (each as Record<string, unknown>)[member])
    const difference = firstDifference(theirs, ours, source, path)
    if (difference !== undefined) return difference
  }
  return undefined
}

function shortly(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60)
}
