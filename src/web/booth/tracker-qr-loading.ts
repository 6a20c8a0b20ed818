/** Loads the code that draws QR codes; requested during the review, it is ready for the receipt. */
export const trackerQr = () => import('./tracker-qr.tsx')
