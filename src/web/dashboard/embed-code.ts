/** The HTML that shows one contest in another site. */
export function embedCode(
  origin: string,
  election: string,
  contest: string,
  title: string,
  options: number,
): string {
  // Roughly the height of the page on a wide screen. The frame scrolls if it is not enough.
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
