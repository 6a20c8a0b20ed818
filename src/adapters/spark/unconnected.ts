/**
 * Says why there is no connection to Spark's server. The client of gRPC keeps Node's error as text
 * alone: here the text becomes an error with Node's code, as the other engines' clients have it.
 * Pure.
 */

const NO_CONNECTION = /^No connection established\. Last error: (?:Error(?: \[\w+\])?: )?/
/** Node's advice for its own command line, and what the client has nothing behind. */
const NO_REASON = /; if the root CA is installed locally, .*?--use-system-ca|\.? Resolution note: ?$/g
const OTHER_NAME = /Hostname\/IP does not match certificate's altnames: (.+)$/
/** What Node and OpenSSL say, and Node's code for it. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/unable to verify the first certificate/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/unable to get (local )?issuer certificate/, 'UNABLE_TO_GET_ISSUER_CERT'],
  [/self-signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/certificate has expired/, 'CERT_HAS_EXPIRED'],
  [/certificate is not yet valid/, 'CERT_NOT_YET_VALID'],
  [/wrong version number/, 'ERR_SSL_WRONG_VERSION_NUMBER'],
  [/alert certificate required/, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  [/alert unknown ca/, 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'],
]

/** @returns undefined where the server was reached, and the text is its own */
export function unconnected(details: string): Error | undefined {
  if (!NO_CONNECTION.test(details)) return undefined
  const text = details.replace(NO_CONNECTION, '').replace(NO_REASON, '')
  const reason = OTHER_NAME.exec(text)?.[1]
  const code =
    reason === undefined ? CODES.find(([words]) => words.test(text))?.[1] : 'ERR_TLS_CERT_ALTNAME_INVALID'
  return Object.assign(new Error(text), { ...(code && { code }), ...(reason && { reason }) })
}
