/**
 * Draws the picture of a chart and saves it as a file. The page loads this module when the reader
 * first asks for a picture.
 */
import type { ContestSnapshot, ResultsSnapshot } from '../../core/status/snapshot.ts'
import { saveFile } from '../shared/save-file.ts'
import { contestDrawing, turnoutDrawing } from './chart-drawings.ts'
import type { Drawing } from './drawing.ts'
import { measurer, pngOf } from './drawing-canvas.ts'
import { svgOf } from './drawing-svg.ts'
import type { TurnoutPoint } from './turnout-scale.ts'
import { f, t } from './viewer.ts'

/** What the picture shows: a contest, or the points of the turnout curve. */
export interface Pictured {
  readonly snapshot: ResultsSnapshot
  readonly of: ContestSnapshot | readonly TurnoutPoint[]
}

/** @param name the file's name without its extension */
export async function savePicture(pictured: Pictured, name: string, form: 'png' | 'svg'): Promise<void> {
  const drawing = drawingOf(pictured)
  const picture =
    form === 'png' ? await pngOf(drawing) : new Blob([svgOf(drawing)], { type: 'image/svg+xml' })
  if (picture !== null) saveFile(picture, `${name}.${form}`)
}

function drawingOf({ snapshot, of }: Pictured): Drawing {
  const words = { t, f, measure: measurer(), address: `${location.origin}${location.pathname}` }
  return 'options' in of ? contestDrawing(snapshot, of, words) : turnoutDrawing(snapshot, of, words)
}
