/** The fields of the form, and the source of the log that they name. */
import { ownElection, ownLog, typedElection, typedLogs } from './addresses.ts'
import type { Failure, Source } from './job.ts'
import type { FolderFiles } from './log-folder.ts'

export interface Form {
  readonly where: 'own' | 'address' | 'folder'
  readonly address: string
  readonly files: FolderFiles
  readonly key: string
  /** The key in the link that opened this page; '' if it had no key. */
  readonly linkKey: string
  /** A tracker, or a receipt file's text. */
  readonly receipt: string
}

export const BLANK_FORM: Form = { where: 'own', address: '', files: [], key: '', linkKey: '', receipt: '' }

export function sourceOf({ where, address, files }: Form, page: URL): Source | Failure {
  if (where === 'folder') return { kind: 'files', files }
  const bases = where === 'own' ? [ownLog(page)] : typedLogs(address)
  if (bases === undefined) return { why: 'bad-address' }
  const election = where === 'own' ? ownElection(page) : typedElection(address)
  return { kind: 'address', bases, election }
}

/**
 * Whether the key came with the link. Then only the person who gave out the link vouches for it,
 * and the reader may not know that person.
 */
export function isKeyOfLink({ key, linkKey }: Form): boolean {
  return linkKey !== '' && key.trim() === linkKey.trim()
}

export type Field = 'address' | 'folder' | 'receipt' | 'key'

/** The field to correct; undefined if the failure is not about a field. */
export function fieldOf({ why }: Failure, { where }: Form): Field | undefined {
  if (why === 'bad-receipt') return 'receipt'
  if (why === 'bad-key' || why === 'key-not-remembered') return 'key'
  if (why === 'fault' || why === 'too-many-entries' || where === 'own') return undefined
  return where
}
