/** Two buttons that make a picture of a chart, PNG or SVG, of what is shown at that moment. */

import { saveFile } from '../shared/save-file.ts'
import type { Drawing, Measure } from './drawing.ts'
import { measurer, pngOf } from './drawing-canvas.ts'
import { svgOf } from './drawing-svg.ts'
import { t } from './viewer.ts'

interface SavePictureProps {
  /** The file's name without its ending. */
  readonly name: string
  readonly draw: (measure: Measure) => Drawing
}

export function SavePicture({ name, draw }: SavePictureProps) {
  const png = async () => {
    const picture = await pngOf(draw(measurer()))
    if (picture !== null) saveFile(picture, `${name}.png`)
  }
  const svg = () => saveFile(new Blob([svgOf(draw(measurer()))], { type: 'image/svg+xml' }), `${name}.svg`)
  return (
    <p class="save">
      <span>{t.save}</span>{' '}
      <button type="button" class="small" onClick={png}>
        {t.savePng}
      </button>{' '}
      <button type="button" class="small" onClick={svg}>
        {t.saveSvg}
      </button>
    </p>
  )
}
