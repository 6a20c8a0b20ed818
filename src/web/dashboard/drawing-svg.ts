/** A drawing as an SVG document. Names are escaped, so that they stay text. */
import { type Drawing, FONT, PAPER, type Shape } from './drawing.ts'

export function svgOf({ title, width, height, shapes }: Drawing): string {
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ` +
      `${width} ${height}" font-family='${FONT}'>`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${PAPER}"/>`,
    ...shapes.map(element),
    '</svg>',
  ]
  return `${lines.join('\n')}\n`
}

function element(shape: Shape): string {
  switch (shape.kind) {
    case 'rect': {
      const { x, y, width, height, fill, edge } = shape
      const stroke = edge === undefined ? '' : ` stroke="${edge}"`
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"${stroke}/>`
    }
    case 'path':
      return (
        `<path d="${shape.d}" fill="${shape.fill ?? 'none'}"` +
        (shape.stroke === undefined
          ? '/>'
          : ` stroke="${shape.stroke}" stroke-width="2" stroke-linejoin="round"/>`)
      )
    case 'text': {
      const { x, y, size, weight, anchor, fill, text } = shape
      return (
        `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" ` +
        `fill="${fill}">${escaped(text)}</text>`
      )
    }
  }
}

/** Also removes the two characters that a name may contain and XML may not. */
function escaped(text: string): string {
  return text
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}
