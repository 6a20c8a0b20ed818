/**
 * Fetches the QR code's drawing; asked for while the ballot is looked over, it is there when the
 * receipt is.
 */
export const trackerQr = () => import('./tracker-qr.tsx')
