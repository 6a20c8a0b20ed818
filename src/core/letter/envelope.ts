/**
 * Sheets and windows: where an address must stand to be seen through the window of an envelope.
 * Millimetres. Pure.
 */

export interface Envelope {
  readonly sheet: 'A4' | 'Letter'
  readonly width: number
  readonly height: number
  /** Of the address, from the top left corner of the sheet. */
  readonly window: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
  /** Whether the sender stands in small letters above the address, within the window. */
  readonly hasSenderLine: boolean
  /** Where the letter itself begins. */
  readonly bodyTop: number
  readonly margin: { readonly left: number; readonly right: number; readonly bottom: number }
  /** Short lines at the left edge, where the sheet is folded. */
  readonly folds: readonly number[]
}

export const ENVELOPES = ['din', 'us10'] as const
export type EnvelopeName = (typeof ENVELOPES)[number]

export const ENVELOPE: Readonly<Record<EnvelopeName, Envelope>> = {
  // DIN 5008:2020 form B in DIN 680 envelopes (DL, C6/5): the field for addresses, its upper 17.7
  // mm for the sender.
  din: {
    sheet: 'A4',
    width: 210,
    height: 297,
    window: { left: 25, top: 45, width: 80, height: 45 },
    hasSenderLine: true,
    bodyTop: 100,
    margin: { left: 25, right: 20, bottom: 14 },
    folds: [105, 210],
  },
  // A #10 envelope, 9½ by 4⅛ inches, its window 4½ by 1⅛ inches, ⅞ inch from the left and ½ inch
  // from the bottom. The sheet, folded in three, has room to slide in it: this is what is seen
  // wherever it lies.
  us10: {
    sheet: 'Letter',
    width: 215.9,
    height: 279.4,
    window: { left: 25.4, top: 63.5, width: 85.7, height: 17 },
    hasSenderLine: false,
    bodyTop: 97,
    margin: { left: 25.4, right: 19, bottom: 12 },
    folds: [93.1, 186.3],
  },
}

/** A postal address as it is usual on such an envelope, a line each. */
export function addressLines(
  envelope: EnvelopeName,
  {
    lines,
    postalCode,
    city,
    region,
    country,
  }: {
    readonly lines: readonly string[]
    readonly postalCode: string
    readonly city: string
    readonly region: string
    readonly country: string
  },
): readonly string[] {
  const place =
    envelope === 'us10'
      ? [[city, region].filter(Boolean).join(', '), postalCode].filter(Boolean).join(' ')
      : [postalCode, city].filter(Boolean).join(' ') + (region === '' ? '' : `, ${region}`)
  return [...lines, place.replace(/^, /, ''), country].filter((line) => line !== '')
}
