/**
 * The certification of a cluster's election: kept where every host that may publish its log finds
 * it.
 */
import type { Database } from './database.ts'

export interface CertificationFiles {
  /** The signed document. */
  readonly document: Uint8Array
  readonly pdf: Uint8Array
}

/** @returns undefined where the election is not certified */
export async function readCertification(
  database: Database,
  election: string,
): Promise<CertificationFiles | undefined> {
  const { rows } = await database.query<{ document: Buffer; pdf: Buffer }>(
    'SELECT document, pdf FROM certifications WHERE election = $1',
    [election],
  )
  return rows[0]
}

/**
 * Keeps it for good, but for a lot that is added to it, and its PDF until another is drawn.
 * @param before the document that this one may stand in for
 * @returns whether it is the one that is kept: another was first where it is not
 */
export async function keepCertification(
  database: Database,
  election: string,
  { document, pdf }: CertificationFiles,
  before?: Uint8Array,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `INSERT INTO certifications (election, document, pdf) VALUES ($1, $2, $3)
     ON CONFLICT (election) DO UPDATE SET document = excluded.document, pdf = excluded.pdf
     WHERE certifications.document IN (excluded.document, $4)`,
    [election, Buffer.from(document), Buffer.from(pdf), Buffer.from(before ?? document)],
  )
  return rowCount === 1
}
