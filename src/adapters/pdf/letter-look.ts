/** Measures of letters as PDF, and what is chosen for all of them. */
import type { Envelope } from '../../core/letter/envelope.ts'
import type { OpenedImage } from './printable-logo.ts'

/** Points in a millimetre. */
export const MM = 72 / 25.4

export interface PdfLook {
  readonly envelope: Envelope
  /** PNG or JPEG; null where there is none. */
  readonly logo: Uint8Array | null
  /** The heading, where another is wanted than the election's title. */
  readonly title: string | undefined
  /**
   * Told once for each letter that has a character without a font; it stands as a question mark.
   */
  readonly onMissing?: ((voter: number) => void) | undefined
}

/** With the logo as the document holds it. */
export interface SheetLook extends Omit<PdfLook, 'logo'> {
  readonly logo: OpenedImage | null
}

/** Of the field for addresses, for the sender. */
export const SENDER_MM = 13
