/**
 * The camera before the letter: codes are read by the browser where it can, else by a reader of
 * ours.
 */
import decodeQR from 'qr/decode.js'
import { Camera } from '../shared/camera.tsx'
import { KEY_ENTRY_STRINGS } from './key-entry-strings.ts'
import { of } from './words.ts'

export interface LetterCameraProps {
  readonly onText: (text: string) => void
  /** Told in words why there is no picture. */
  readonly onTrouble: (words: string) => void
  readonly onClose: () => void
}

/** A letter's code has 49 modules a side or fewer: more pixels would only cost time. */
const MOST_PIXELS_ASIDE = 800

export function LetterCamera(props: LetterCameraProps) {
  const { scanHint, scanPicture, scanStop, scanDenied, scanNone } = of(KEY_ENTRY_STRINGS)
  return (
    <Camera
      words={{ hint: scanHint, picture: scanPicture, stop: scanStop, denied: scanDenied, none: scanNone }}
      codeIn={codeIn}
      {...props}
    />
  )
}

interface Detector {
  detect(picture: HTMLCanvasElement): Promise<readonly { readonly rawValue: string }[]>
}

async function codeIn(picture: CanvasImageSource, width: number, height: number): Promise<string | null> {
  const canvas = document.createElement('canvas')
  const scale = Math.min(1, MOST_PIXELS_ASIDE / Math.max(width, height))
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')!
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  const Native = (globalThis as { BarcodeDetector?: new (options: object) => Detector }).BarcodeDetector
  try {
    const found = Native && (await new Native({ formats: ['qr_code'] }).detect(canvas))
    if (found?.[0]) return found[0].rawValue
  } catch {} // it is there in name only, or not for this format
  try {
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height))
  } catch {
    return null // no code in sight
  }
}
