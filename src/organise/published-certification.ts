/** Publishes a certification beside the log, for the command and for the publishing server. */
import type { CertificationFiles } from '../adapters/postgres/certifications.ts'
import { CERTIFICATION_PATH, CERTIFICATION_PDF_PATH } from '../core/log/certification-form.ts'
import { equalOrMissing } from '../core/tlog/bytes.ts'
import { type PublishedFiles, ReplacedMeanwhile } from '../ports/published-files.ts'

/**
 * Publishes a certification beside the log. Of two processes that do so at the same time, one
 * writes both files after the other, or is refused: a document published meanwhile is never
 * overwritten.
 * @param before the document that this one replaces
 * @throws {ReplacedMeanwhile}
 */
export async function publishCertification(
  files: Pick<PublishedFiles, 'read' | 'replace'>,
  { document, pdf }: CertificationFiles,
  before: Uint8Array | undefined,
): Promise<void> {
  const drawn = await files.read(CERTIFICATION_PDF_PATH)
  const there = await files.read(CERTIFICATION_PATH)
  // The check comes first, so that a refusal leaves the PDF as it is.
  const isExpected = [undefined, before, document].some((each) => equalOrMissing(there, each))
  if (!isExpected) throw new ReplacedMeanwhile(CERTIFICATION_PATH)
  // The PDF first: once the signed document is there, pages link both.
  await files.replace({ path: CERTIFICATION_PDF_PATH, bytes: pdf }, drawn)
  await files.replace({ path: CERTIFICATION_PATH, bytes: document }, there)
}
