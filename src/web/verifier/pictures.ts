/**
 * Reads text from files and pictures. The browser's own code reader reads codes if it exists, else
 * the worker's.
 */
import type { Checker } from './checker.ts'

interface Detector {
  detect(picture: HTMLCanvasElement): Promise<readonly { readonly rawValue: string }[]>
}
type DetectorClass = new (options: { readonly formats: readonly string[] }) => Detector

/** Pictures are scaled down to this many pixels a side before the search for a code. */
const MOST_PIXELS_ASIDE = 1_200
const MOST_PICTURE_BYTES = 30_000_000
const MOST_TEXT_BYTES = 100_000

export interface CodeReader {
  /** The text of a code in a picture, or null. */
  readonly codeIn: (picture: CanvasImageSource, width: number, height: number) => Promise<string | null>
  /** The text of a file or, if it is a picture, of the code in it; null if the file has neither. */
  readonly textOf: (file: File) => Promise<string | null>
}

export function readsCodes(checker: Checker): CodeReader {
  const Native = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })!

  const codeIn: CodeReader['codeIn'] = async (picture, width, height) => {
    const scale = Math.min(1, MOST_PIXELS_ASIDE / Math.max(width, height))
    canvas.width = Math.max(1, Math.round(width * scale))
    canvas.height = Math.max(1, Math.round(height * scale))
    context.drawImage(picture, 0, 0, canvas.width, canvas.height)
    try {
      const [code] = Native === undefined ? [] : await new Native({ formats: ['qr_code'] }).detect(canvas)
      if (code !== undefined) return code.rawValue
    } catch {} // the browser has the class but no working reader for this format
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    return checker.read({ width: canvas.width, height: canvas.height, data })
  }

  return {
    codeIn,
    textOf: async (file) => {
      if (!file.type.startsWith('image/')) return file.size > MOST_TEXT_BYTES ? null : file.text()
      if (file.size > MOST_PICTURE_BYTES) return null
      try {
        const picture = await createImageBitmap(file)
        const text = await codeIn(picture, picture.width, picture.height)
        picture.close()
        return text
      } catch {
        return null // not a picture format of this browser
      }
    },
  }
}
