/** Measures of PDF letters, and the settings for all of them. */
import type { Envelope } from '../../core/letter/envelope.ts'
import type { OpenedImage } from './printable-logo.ts'

/** Points per millimetre. */
export const MM = 72 / 25.4

export interface PdfLook {
  readonly envelope: Envelope
  /** PNG or JPEG; null if there is no logo. */
  readonly logo: Uint8Array | null
  /** A heading other than the election's title. */
  readonly title: string | undefined
  /** Called once for each letter with a character that has no font; a question mark replaces it. */
  readonly onMissing?: ((voter: number) => void) | undefined
}

/** The look with the logo opened in the document. */
export interface SheetLook extends Omit<PdfLook, 'logo'> {
  readonly logo: OpenedImage | null
}

/** Height within the address field that is reserved for the sender. */
export const SENDER_MM = 13
