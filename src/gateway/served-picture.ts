/** A photo, logo or map of an election, in memory, ready to be sent. */
import type { PictureType } from '../core/picture/picture-form.ts'
import { type SharedDocument, sharedDocument } from './shared-document.ts'

export interface ServedPicture {
  readonly type: PictureType | typeof MAP_TYPE
  readonly document: SharedDocument
}

export function servedPicture(bytes: Buffer, type: PictureType): ServedPicture {
  // It is compressed as it is.
  return { type, document: sharedDocument(bytes, undefined, 'never') }
}

/** GeoJSON and TopoJSON alike. */
export const MAP_TYPE = 'application/json; charset=utf-8'

export function servedMap(bytes: Buffer): ServedPicture {
  return { type: MAP_TYPE, document: sharedDocument(bytes) }
}
