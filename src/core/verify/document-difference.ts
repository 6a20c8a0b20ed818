/**
 * Where two JSON documents part: the one that somebody published, and the one that was made again.
 * Pure.
 */

/**
 * The first place where they differ, and what each says there:
 * `contests[0].options[1].votes is 5, the ballots say 4`. Goes no deeper than `own`.
 * @param source who says what `own` holds, with its verb
 */
export function firstDifference(
  published: unknown,
  own: unknown,
  source: string,
  at = '',
): string | undefined {
  if (typeof own !== 'object' || own === null || typeof published !== 'object' || published === null) {
    if (published === own) return undefined
    return `${at} is ${shortly(published)}, ${source} ${shortly(own)}`
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
  return value === undefined ? 'not there' : JSON.stringify(value).slice(0, 60)
}
