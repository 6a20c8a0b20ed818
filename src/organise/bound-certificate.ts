/** Reads from a file the client certificate to which an access token will be bound. */
import { X509Certificate } from 'node:crypto'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readPlain } from '../adapters/files/plain-file.ts'
import {
  type BoundCertificate,
  fingerprintText,
  isSubject,
  MOST_SUBJECT,
  subjectText,
} from '../core/access/access-token.ts'

const MOST_BYTES = 100_000

/**
 * @param bySubject whether the token is valid with every certificate of this subject
 * @throws {BadInput} if the file is missing or has no usable certificate
 */
export function certificateIn(path: string, bySubject: boolean): BoundCertificate {
  const wrong = (message: string): BadInput => new BadInput(path, [{ message }])
  const bytes = readPlain(path, MOST_BYTES)
  if (bytes === undefined) throw wrong('there is no such file')
  const certificate = read(bytes)
  if (certificate === undefined) throw wrong('contains no certificate that can be read (PEM)')
  if (!bySubject) return { sha256: fingerprintText(certificate.fingerprint256) }
  const subject = subjectText(certificate.subject ?? '')
  if (!isSubject(subject)) throw wrong(`its subject is empty, or longer than ${MOST_SUBJECT} characters`)
  return { subject }
}

function read(bytes: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes)
  } catch {
    return undefined
  }
}
