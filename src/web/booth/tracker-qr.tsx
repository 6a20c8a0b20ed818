/**
 * The tracker as a QR code: fetched while the ballot is looked over, for the first page has no use
 * for it.
 */
import { qrCode } from '../../core/qr/qr-code.ts'

/** Dark on white whatever the theme is: scanners want it so. The quiet zone is four modules. */
export function TrackerQr({ text, label }: { readonly text: string; readonly label: string }) {
  const code = qrCode(text)
  const size = code.length + 8
  const path = code
    .map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join(''))
    .join('')
  return (
    <svg class="qr" viewBox={`-4 -4 ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} />
    </svg>
  )
}
