/** A certification put where the log is read: by the command, and by the server that publishes. */
import type { CertificationFiles } from '../adapters/postgres/certifications.ts'
import { CERTIFICATION_PATH, CERTIFICATION_PDF_PATH } from '../core/log/certification-form.ts'
import { equalOrMissing } from '../core/tlog/bytes.ts'
import { type PublishedFiles, ReplacedMeanwhile } from '../ports/published-files.ts'

/**
 * Puts a certification where the log is read. Who puts another one there at the same moment goes
 * before this one, or after it with all of its own: a document that is there meanwhile is not
 * written over.
 * @param before the document that this one stands in for
 * @throws {ReplacedMeanwhile}
 */
export async function publishCertification(
  files: Pick<PublishedFiles, 'read' | 'replace'>,
  { document, pdf }: CertificationFiles,
  before: Uint8Array | undefined,
): Promise<void> {
  const drawn = await files.read(CERTIFICATION_PDF_PATH)
  const there = await files.read(CERTIFICATION_PATH)
  // Refused before its PDF is touched.
  const isExpected = [undefined, before, document].some((each) => equalOrMissing(there, each))
  if (!isExpected) throw new ReplacedMeanwhile(CERTIFICATION_PATH)
  // The PDF first: once the signed document is there, pages link both.
  await files.replace({ path: CERTIFICATION_PDF_PATH, bytes: pdf }, drawn)
  await files.replace({ path: CERTIFICATION_PATH, bytes: document }, there)
}
