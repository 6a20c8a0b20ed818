/**
 * The certification of a cluster's election, stored where every host that may publish its log finds
 * it.
 */
import type { Database } from './database.ts'

export interface CertificationFiles {
  /** The signed document. */
  readonly document: Uint8Array
  readonly pdf: Uint8Array
}

/** @returns undefined if the election is not certified */
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
 * Stores the certification permanently. Only an added lot and a redrawn PDF may change it.
 * @param before the document that this one may replace
 * @returns true if this document is now stored; false if another one was stored first
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
