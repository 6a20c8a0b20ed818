/** A photo, logo or map of an election, in memory, ready to send. */
import type { PictureType } from '../core/picture/picture-form.ts'
import { type SharedDocument, sharedDocument } from './shared-document.ts'

export interface ServedPicture {
  readonly type: PictureType | typeof MAP_TYPE
  readonly document: SharedDocument
}

export function servedPicture(bytes: Buffer, type: PictureType): ServedPicture {
  // Its format is compressed already.
  return { type, document: sharedDocument(bytes, undefined, 'never') }
}

/** GeoJSON and TopoJSON. */
export const MAP_TYPE = 'application/json; charset=utf-8'

export function servedMap(bytes: Buffer): ServedPicture {
  return { type: MAP_TYPE, document: sharedDocument(bytes) }
}
