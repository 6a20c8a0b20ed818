/** A photo or logo of an election, in memory, ready to be sent. */
import type { PictureType } from '../core/picture/picture-form.ts'
import { type SharedDocument, sharedDocument } from './shared-document.ts'

export interface ServedPicture {
  readonly type: PictureType
  readonly document: SharedDocument
}

export function servedPicture(bytes: Buffer, type: PictureType): ServedPicture {
  // It is compressed as it is.
  return { type, document: sharedDocument(bytes, undefined, 'never') }
}
