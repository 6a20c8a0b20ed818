/**
 * Draws a drawing on a canvas and returns a PNG of twice its size. It draws shape by shape, so that
 * the page loads no image.
 */
import { type Drawing, FONT, type Measure, PAPER } from './drawing.ts'

const SCALE = 2

export function measurer(): Measure {
  const context = document.createElement('canvas').getContext('2d')!
  return (text, size, weight) => {
    context.font = `${weight} ${size}px ${FONT}`
    return context.measureText(text).width
  }
}

export function pngOf({ width, height, shapes }: Drawing): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = width * SCALE
  canvas.height = height * SCALE
  const context = canvas.getContext('2d')!
  context.scale(SCALE, SCALE)
  context.fillStyle = PAPER
  context.fillRect(0, 0, width, height)
  for (const shape of shapes) {
    if (shape.kind === 'rect') {
      context.fillStyle = shape.fill
      context.fillRect(shape.x, shape.y, shape.width, shape.height)
      if (shape.edge !== undefined) {
        context.strokeStyle = shape.edge
        context.lineWidth = 1
        context.strokeRect(shape.x, shape.y, shape.width, shape.height)
      }
    } else if (shape.kind === 'path') {
      const path = new Path2D(shape.d)
      if (shape.fill !== undefined) {
        context.fillStyle = shape.fill
        context.fill(path)
      }
      if (shape.stroke !== undefined) {
        context.strokeStyle = shape.stroke
        context.lineWidth = 2
        context.stroke(path)
      }
    } else {
      context.font = `${shape.weight} ${shape.size}px ${FONT}`
      context.fillStyle = shape.fill
      context.textAlign = ALIGN[shape.anchor]
      context.fillText(shape.text, shape.x, shape.y)
    }
  }
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

const ALIGN = { start: 'left', middle: 'center', end: 'right' } as const
