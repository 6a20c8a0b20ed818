/** What a reader fills in, and the source it names. Pure. */
import { ownElection, ownLog, typedElection, typedLogs } from './addresses.ts'
import type { Failure, Source } from './job.ts'
import type { FolderFiles } from './log-folder.ts'

export interface Form {
  readonly where: 'own' | 'address' | 'folder'
  readonly address: string
  readonly files: FolderFiles
  readonly key: string
  /** The one that the link brought which led here; '' where there was none. */
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
 * Whether the key is a link's word: who gave the link out vouches for it, and nobody need know who
 * that is.
 */
export function isKeyOfLink({ key, linkKey }: Form): boolean {
  return linkKey !== '' && key.trim() === linkKey.trim()
}

export type Field = 'address' | 'folder' | 'receipt' | 'key'

/** The field to mend; undefined where it is none of them. */
export function fieldOf({ why }: Failure, { where }: Form): Field | undefined {
  if (why === 'bad-receipt') return 'receipt'
  if (why === 'bad-key' || why === 'key-not-remembered') return 'key'
  if (why === 'fault' || why === 'too-many-entries' || where === 'own') return undefined
  return where
}
