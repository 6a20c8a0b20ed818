/**
 * Explains a failed connection to Spark's server. The gRPC client keeps only the text of Node's
 * error. This module turns the text into an error with Node's code, as the other engines' clients
 * give it.
 */

const NO_CONNECTION = /^No connection established\. Last error: (?:Error(?: \[\w+\])?: )?/
/** Advice for Node's command line, and a label without a text, which are removed. */
const NO_REASON = /; if the root CA is installed locally, .*?--use-system-ca|\.? Resolution note: ?$/g
const OTHER_NAME = /Hostname\/IP does not match certificate's altnames: (.+)$/
/** Messages of Node and OpenSSL, with Node's error codes. */
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

/** @returns undefined if the server was reached and the text is the server's */
export function unconnected(details: string): Error | undefined {
  if (!NO_CONNECTION.test(details)) return undefined
  const text = details.replace(NO_CONNECTION, '').replace(NO_REASON, '')
  const reason = OTHER_NAME.exec(text)?.[1]
  const code =
    reason === undefined ? CODES.find(([words]) => words.test(text))?.[1] : 'ERR_TLS_CERT_ALTNAME_INVALID'
  return Object.assign(new Error(text), { ...(code && { code }), ...(reason && { reason }) })
}
