/** The piece of HTML with which another site shows one contest. */
export function embedCode(
  origin: string,
  election: string,
  contest: string,
  title: string,
  options: number,
): string {
  // About what the page is high on a desk; a frame scrolls where that is not enough.
  const height = 330 + 67 * Math.min(options, 12)
  const address = `${origin}/e/${encodeURIComponent(election)}/results?embed=${encodeURIComponent(contest)}`
  return (
    `<iframe src="${escaped(address)}" title="${escaped(title)}" width="100%" height="${height}" ` +
    'loading="lazy" style="border:0"></iframe>'
  )
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`)
}
